import { resourceRule } from "../../core/rule";
import { at, isMissing, isUnknown, items, text, texts, type Value } from "../../core/value";
import { coreTypes, withPatch } from "../../models/types";

const ingressTypes = withPatch(
  ...["networking.k8s.io/v1", "networking.k8s.io/v1beta1", "extensions/v1beta1"].map(
    (version) => `kubernetes:${version}:Ingress`,
  ),
);

/** By which an ingress says that its load balancer has the certificate. */
const CERTIFICATES = [
  "alb.ingress.kubernetes.io/certificate-arn",
  "ingress.gcp.kubernetes.io/pre-shared-cert",
];
const PLAIN = ["nginx.ingress.kubernetes.io/ssl-redirect", "nginx.ingress.kubernetes.io/force-ssl-redirect"];

/** TLS at the doors of a cluster. */
export const ingressTls = resourceRule({
  name: "eit-02-ingress-tls",
  group: "encryption",
  severity: "high",
  summary: "Every host of an Ingress has TLS.",
  why: "Pages and logins of a host without a certificate cross the network in plain.",
  fix: "Add the host to spec.tls[].hosts with a secretName, and leave redirects from HTTP switched on.",
  maps: ["POL-tlsSettingsMissing", "C-0263", "GK-httpsonly", "KYV-require-ingress-https", "CIS-EKS-5.4.5"],
  unknown: "cannot tell",
  bad: `new k8s.networking.v1.Ingress("web", { spec: { rules: [{ host: "app.example.com", http: { paths } }] } });`,
  good: `new k8s.networking.v1.Ingress("web", { spec: { tls: [{ hosts: ["app.example.com"], secretName: "app-tls" }], rules: [{ host: "app.example.com", http: { paths } }] } });`,
  types: ingressTypes,
  check({ props }, report) {
    const annotations = at(props, "metadata", "annotations");
    for (const name of PLAIN)
      if (text(at(annotations, name)) === "false")
        report.violation(`metadata.annotations[${name}]`, "lets plain HTTP through");
    if (CERTIFICATES.some((name) => !isMissing(at(annotations, name)))) return;
    const tls = at(props, "spec", "tls");
    if (isUnknown(tls)) return report.cannotTell("spec.tls");
    const entries = items(tls);
    if (entries.length === 0) return report.violation("spec.tls", "is not there");
    // An entry without hosts stands for all of them.
    if (entries.some((entry) => isMissing(at(entry, "hosts")))) return;
    const covered = entries.flatMap((entry) => texts(at(entry, "hosts")));
    const unsure = entries.some((entry) => holdsUnknown(at(entry, "hosts")));
    items(at(props, "spec", "rules")).forEach((rule, index) => {
      const host = at(rule, "host");
      const path = `spec.rules[${index}].host`;
      if (covered.some((name) => covers(name, text(host) ?? ""))) return;
      if (isUnknown(host) || unsure) return report.cannotTell(path);
      report.violation(path, "is in none of the hosts of spec.tls");
    });
  },
});

const holdsUnknown = (value: Value): boolean => isUnknown(value) || items(value).some(isUnknown);

/** A wildcard stands for one label. */
const covers = (name: string, host: string): boolean =>
  name === host || (name.startsWith("*.") && host.slice(host.indexOf(".")) === name.slice(1));

const CERTIFICATE = "service.beta.kubernetes.io/aws-load-balancer-ssl-cert";
const TLS_PORTS = "service.beta.kubernetes.io/aws-load-balancer-ssl-ports";

/** TLS at load balancers that a Service orders. */
export const serviceTls = resourceRule({
  name: "eit-03-service-lb-tls",
  group: "encryption",
  severity: "high",
  summary: "Load balancers of Services have TLS on every port, but for the one that redirects.",
  why: "Whatever goes through a port without TLS can be read between the load balancer and its clients.",
  fix: "Name the port https or give it appProtocol https where the pods speak TLS; or set the annotations of the load balancer's certificate and ssl-ports. Port 80 may stand beside it and redirect.",
  maps: ["CIS-EKS-5.4.5"],
  unknown: "cannot tell",
  options: {
    tlsPorts: {
      description: "numbers or names of further ports at which pods speak TLS",
      default: ["443", "8443", "9443", "6443"],
    },
  },
  bad: `new k8s.core.v1.Service("web", { spec: { type: "LoadBalancer", ports: [{ port: 80 }] } });`,
  good: `new k8s.core.v1.Service("web", { spec: { type: "LoadBalancer", ports: [{ name: "https", port: 443 }, { name: "http", port: 80 }] } });`,
  types: coreTypes("Service"),
  check({ props }, report) {
    const annotations = at(props, "metadata", "annotations");
    const type = at(props, "spec", "type");
    if (isUnknown(type)) return report.cannotTell("spec.type");
    if (type !== "LoadBalancer") return;
    const ports = at(props, "spec", "ports");
    if (isUnknown(ports)) return report.cannotTell("spec.ports");
    const named = at(annotations, TLS_PORTS);
    if (isUnknown(named)) return report.cannotTell(`metadata.annotations[${TLS_PORTS}]`);
    // With a certificate and no list of ports, the load balancer has TLS on all of them.
    const behind = isMissing(at(annotations, CERTIFICATE)) ? [] : (text(named) ?? "*").split(/\s*,\s*/);
    const known = [...report.list("tlsPorts"), ...behind];
    const secure = items(ports).map((port) => speaksTls(port, known));
    items(ports).forEach((port, index) => {
      const redirects = text(at(port, "port")) === "80" || text(at(port, "name")) === "http";
      if (secure[index] === true || (redirects && secure.includes(true))) return;
      const path = `spec.ports[${index}]`;
      if (isUnknown(port) || isUnknown(at(port, "port"))) report.cannotTell(path);
      else report.violation(path, "has no TLS");
    });
  },
});

function speaksTls(port: Value, known: readonly string[]): boolean {
  const said = ["name", "port"].flatMap((key) => text(at(port, key)) ?? []);
  if (known.includes("*") || said.some((one) => known.includes(one))) return true;
  return ["name", "appProtocol"].some((key) =>
    /^(https|tls|ssl|wss|grpcs|kubernetes\.io\/wss)(-|$)/.test(text(at(port, key)) ?? ""),
  );
}
