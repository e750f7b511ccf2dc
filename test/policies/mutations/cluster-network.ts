import type { Mutation } from "../mutate";
import { modestPod } from "./targets";

const policy = (name: string) =>
  ({ stack: "prod", type: "kubernetes:networking.k8s.io/v1:NetworkPolicy", name }) as const;
const service = (name: string) => ({ stack: "prod", type: "kubernetes:core/v1:Service", name }) as const;
const ingress = (what: string, backend: string, tls: readonly { hosts: string[]; secretName: string }[]) => ({
  stack: "prod" as const,
  type: "kubernetes:networking.k8s.io/v1:Ingress",
  name: "home",
  what,
  add: {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "home", namespace: "semblance-prod-edge" },
    spec: {
      rules: [
        {
          host: "semblance.example.com",
          http: {
            paths: [
              {
                path: "/",
                pathType: "Prefix",
                backend: { service: { name: backend, port: { number: 8443 } } },
              },
            ],
          },
        },
      ],
      tls: [...tls],
    },
  },
});

/** Who reaches whom in the cluster, and who the cluster. */
export const clusterNetworkMutations: readonly Mutation[] = [
  {
    what: "a job runs among the cluster's own pods, where nobody is refused",
    stack: "prod",
    type: "kubernetes:batch/v1:Job",
    name: "clean-up",
    add: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: {
        name: "clean-up",
        namespace: "kube-system",
        labels: { "app.kubernetes.io/name": "clean-up", "app.kubernetes.io/part-of": "semblance-curation" },
      },
      spec: {
        activeDeadlineSeconds: 60,
        backoffLimit: 1,
        template: {
          metadata: { labels: { "app.kubernetes.io/name": "clean-up" } },
          spec: {
            restartPolicy: "Never",
            ...modestPod("clean-up", "cluster-autoscaler", ["true"]),
          },
        },
      },
    },
    caughtBy: "net-01-pod-isolated",
    also: ["net-05-namespace", "op-01-required-labels"],
  },
  {
    what: "the databases refuse nobody who is not named",
    ...policy("network-policies-data-default-deny"),
    gone: true,
    caughtBy: "net-02-default-deny",
  },
  {
    what: "what people work with may dial whom it likes",
    ...policy("network-policies-work-default-deny"),
    set: { "spec.policyTypes": ["Ingress"] },
    caughtBy: "net-02-default-deny",
  },
  {
    what: "the rule that refuses all at the edge lets all in",
    ...policy("network-policies-edge-default-deny"),
    set: { "spec.ingress": [{}] },
    caughtBy: "net-02-default-deny",
    also: ["net-03-policy-width"],
  },
  {
    what: "everybody reaches PostgreSQL at its port",
    ...policy("network-policies-postgres"),
    unset: ["spec.ingress[0].from"],
    caughtBy: "net-03-policy-width",
    also: ["net-03-data-stores-closed"],
  },
  {
    what: "the internet reaches Elasticsearch",
    ...policy("network-policies-elasticsearch"),
    set: { "spec.ingress[0].from[+]": { ipBlock: { cidr: "0.0.0.0/0" } } },
    caughtBy: "net-03-policy-width",
  },
  {
    what: "Label Studio may dial everybody",
    ...policy("network-policies-label-studio"),
    set: { "spec.egress[+]": { ports: [{ port: 5432, protocol: "TCP" }] } },
    caughtBy: "net-03-policy-width",
  },
  {
    what: "Label Studio may ask for the credentials of its node",
    ...policy("network-policies-label-studio"),
    set: { "spec.egress[+]": { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] } },
    caughtBy: "net-03-policy-width",
  },
  {
    what: "every pod of what people work with reaches PostgreSQL",
    ...policy("network-policies-postgres"),
    set: { "spec.ingress[0].from[0].podSelector": {} },
    caughtBy: "net-03-data-stores-closed",
  },
  {
    what: "every pod of the cluster reaches Redis",
    ...policy("network-policies-redis"),
    set: { "spec.ingress[+]": { from: [{ namespaceSelector: {} }], ports: [{ port: 6379 }] } },
    caughtBy: "net-03-data-stores-closed",
    also: ["net-03-policy-width"],
  },
  {
    what: "a policy is about pods that are not there",
    ...policy("network-policies-ollama"),
    set: { "spec.podSelector.matchLabels[app.kubernetes.io/name]": "llama" },
    caughtBy: "net-03-policy-dangling",
  },
  {
    what: "PostgreSQL gets a load balancer of its own",
    ...service("postgres-service"),
    set: { "spec.type": "LoadBalancer" },
    caughtBy: "net-04-service-exposure",
    also: ["eit-03-service-lb-tls"],
  },
  {
    what: "Grafana opens a port on every node",
    ...service("grafana-service"),
    set: { "spec.type": "NodePort" },
    caughtBy: "net-04-service-exposure",
  },
  {
    what: "the address of Redis takes addresses of others",
    ...service("redis-service"),
    set: { "spec.externalIPs": ["10.64.3.7"] },
    caughtBy: "net-04-service-exposure",
  },
  {
    what: "the load balancer of the edge faces the internet",
    ...service("gateway-public"),
    set: {
      "metadata.annotations[service.beta.kubernetes.io/aws-load-balancer-scheme]": "internet-facing",
    },
    caughtBy: "net-04-service-exposure",
  },
  {
    what: "nothing says who may come to the load balancer of the edge",
    ...service("gateway-public"),
    unset: ["spec.loadBalancerSourceRanges"],
    caughtBy: "net-04-service-exposure",
  },
  {
    what: "all may come to the load balancer of the edge",
    ...service("gateway-public"),
    set: { "spec.loadBalancerSourceRanges[+]": "0.0.0.0/0" },
    caughtBy: "net-04-service-exposure",
  },
  {
    what: "the load balancer of the edge has a port without TLS",
    ...service("gateway-public"),
    set: { "spec.ports[+]": { name: "metrics", port: 9100, protocol: "TCP", targetPort: 9100 } },
    caughtBy: "eit-03-service-lb-tls",
  },
  {
    what: "the load balancer of the edge speaks plain HTTP alone",
    ...service("gateway-public"),
    unset: ["spec.ports[https]"],
    caughtBy: "eit-03-service-lb-tls",
  },
  {
    ...ingress("an ingress has no TLS", "gateway", []),
    caughtBy: "eit-02-ingress-tls",
  },
  {
    ...ingress("an ingress leads to nobody", "portal", [
      { hosts: ["semblance.example.com"], secretName: "gateway-files" },
    ]),
    caughtBy: "op-08-ingress-backend",
  },
  {
    ...ingress("the certificate of an ingress is for another host", "gateway", [
      { hosts: ["www.semblance.example.com"], secretName: "gateway-files" },
    ]),
    caughtBy: "eit-02-ingress-tls",
  },
  {
    what: "a secret lies in the namespace of nobody",
    stack: "prod",
    type: "kubernetes:core/v1:Secret",
    name: "notes",
    add: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "notes" },
      type: "Opaque",
      stringData: { note: "hello" },
    },
    caughtBy: "net-05-namespace",
  },
  {
    what: "both halves of the internet may come to the load balancer of the edge",
    ...service("gateway-public"),
    set: { "spec.loadBalancerSourceRanges": ["0.0.0.0/1", "128.0.0.0/1"] },
    caughtBy: "net-04-service-exposure",
  },
];
