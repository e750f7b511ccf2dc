import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const ingress = (spec: Fixture["props"], annotations: Fixture["props"] = {}): Fixture => ({
  type: "kubernetes:networking.k8s.io/v1:Ingress",
  props: { metadata: { annotations }, spec },
});
const rules = [{ host: "app.example.com" }];

export const ingressTls: Cases = {
  rule: "eit-02-ingress-tls",
  good: ingress({ rules, tls: [{ hosts: ["app.example.com"], secretName: "app" }] }),
  bad: ingress({ rules, tls: [{ hosts: ["other.example.com"] }] }),
  unknown: ingress({ rules, tls: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: ingress({ rules }),
  missingIs: "violation",
  canary: ingress({ rules: [{ host: CANARY }], tls: [{ hosts: ["other.example.com"] }] }),
  sibling: { ...ingress({ rules }), type: "kubernetes:extensions/v1beta1:IngressPatch" },
  more: [
    { name: "a wildcard", is: "fine", of: ingress({ rules, tls: [{ hosts: ["*.example.com"] }] }) },
    {
      name: "a wildcard one label too high",
      is: "violation",
      of: ingress({ rules, tls: [{ hosts: ["*.com"] }] }),
    },
    { name: "an entry for all hosts", is: "fine", of: ingress({ rules, tls: [{ secretName: "all" }] }) },
    {
      name: "a host that is not known beside one without TLS",
      is: "violation",
      of: ingress({ rules: [{ host: UNKNOWN }, ...rules], tls: [{ hosts: ["other.example.com"] }] }),
    },
    {
      name: "a host that is not known",
      is: "cannot tell",
      of: ingress({ rules: [{ host: UNKNOWN }], tls: [{ hosts: ["other.example.com"] }] }),
    },
    {
      name: "a host, and hosts of which one is not known",
      is: "cannot tell",
      of: ingress({ rules, tls: [{ hosts: [UNKNOWN] }] }),
    },
    {
      name: "a certificate of the load balancer",
      is: "fine",
      of: ingress({ rules }, { "alb.ingress.kubernetes.io/certificate-arn": UNKNOWN }),
    },
    {
      name: "plain HTTP beside TLS",
      is: "violation",
      of: ingress({ rules, tls: [{}] }, { "nginx.ingress.kubernetes.io/ssl-redirect": "false" }),
    },
  ],
};

const service = (ports: Fixture["props"][], more: Fixture["props"] = {}, annotations = {}): Fixture => ({
  type: "kubernetes:core/v1:Service",
  props: { metadata: { annotations }, spec: { type: "LoadBalancer", ports, ...more } },
});
const aws = "service.beta.kubernetes.io/aws-load-balancer";

export const serviceTls: Cases = {
  rule: "eit-03-service-lb-tls",
  good: service([
    { name: "https", port: 443 },
    { name: "http", port: 80 },
  ]),
  bad: service([{ port: 80 }]),
  unknown: service([{ port: UNKNOWN }]),
  unknownIs: "cannot tell",
  missing: service([{}]),
  missingIs: "violation",
  canary: service([{ name: CANARY, port: 5432 }]),
  sibling: { ...service([{ port: 80 }]), type: "kubernetes:core/v1:ServicePatch" },
  more: [
    { name: "a database beside HTTPS", is: "violation", of: service([{ port: 443 }, { port: 5432 }]) },
    {
      name: "a certificate of the load balancer",
      is: "fine",
      of: service([{ port: 5000 }], {}, { [`${aws}-ssl-cert`]: UNKNOWN }),
    },
    {
      name: "a certificate for another port",
      is: "violation",
      of: service([{ port: 5000 }], {}, { [`${aws}-ssl-cert`]: "arn", [`${aws}-ssl-ports`]: "6000" }),
    },
    {
      name: "a certificate for a port by name",
      is: "fine",
      of: service(
        [{ name: "web", port: 5000 }],
        {},
        { [`${aws}-ssl-cert`]: "arn", [`${aws}-ssl-ports`]: "web, other" },
      ),
    },
    { name: "an application protocol", is: "fine", of: service([{ port: 5000, appProtocol: "https" }]) },
    { name: "a Service of the cluster", is: "fine", of: service([{ port: 80 }], { type: "ClusterIP" }) },
    { name: "a type that is not known", is: "cannot tell", of: service([{ port: 80 }], { type: UNKNOWN }) },
  ],
};
