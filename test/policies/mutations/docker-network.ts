import type { Mutation } from "../mutate";
import { onDocker as on } from "./targets";

const network = (name: string) => ({ stack: "dev", type: "docker:index/network:Network", name }) as const;

/** Who reaches whom on a laptop, and who the laptop. */
export const dockerNetworkMutations: readonly Mutation[] = [
  {
    what: "PostgreSQL is published on every address, for a look into it",
    ...on("postgres"),
    set: { "ports[+]": { internal: 5432, external: 5432 } },
    caughtBy: "net-11-docker-ports",
  },
  {
    what: "the edge listens on every address of the host",
    ...on("gateway"),
    set: { "ports[8443].ip": "0.0.0.0" },
    caughtBy: "net-11-docker-ports",
  },
  {
    what: "the edge listens wherever Docker likes",
    ...on("gateway"),
    unset: ["ports[8080].ip"],
    caughtBy: "net-11-docker-ports",
  },
  {
    what: "the edge listens on every address of IPv6",
    ...on("gateway"),
    set: { "ports[8443].ip": "::" },
    caughtBy: "net-11-docker-ports",
  },
  {
    what: "MinIO publishes whatever its image exposes",
    ...on("minio"),
    set: { publishAllPorts: true },
    caughtBy: "net-11-docker-ports",
  },
  {
    what: "Jupyter takes the host's port of SSH",
    ...on("jupyter"),
    set: { "ports[+]": { internal: 22, external: 22, ip: "127.0.0.1" } },
    caughtBy: "net-11-docker-ports",
  },
  {
    what: "the edge publishes plain HTTP alone",
    ...on("gateway"),
    unset: ["ports[8443]"],
    caughtBy: "eit-04-edge-http-redirect",
  },
  {
    what: "the edge answers plain HTTP itself, and sends nobody on",
    ...on("gateway-files-carrier"),
    edit: {
      "uploads[/etc/semblance/caddy.json].content": [
        "https://{http.request.host}:8443{http.request.uri}",
        "/welcome{http.request.uri}",
      ],
    },
    caughtBy: "eit-04-edge-http-redirect",
  },
  {
    what: "the network between Label Studio and its database leads out",
    ...network("networks-label-studio--postgres--sql"),
    set: { internal: false },
    caughtBy: "net-12-docker-data-internal",
    also: ["net-12-docker-network-internal", "net-12-docker-flat-network"],
  },
  {
    what: "the network between Jupyter and the vectors says nothing of leading out",
    ...network("networks-jupyter--weaviate--https"),
    unset: ["internal"],
    caughtBy: "net-12-docker-network-internal",
    also: ["net-12-docker-data-internal", "net-12-docker-flat-network"],
  },
  {
    what: "the network between the edge and the documentation leads out",
    ...network("networks-gateway--docs--https"),
    set: { internal: false },
    caughtBy: "net-12-docker-network-internal",
    also: ["net-12-docker-flat-network"],
  },
  {
    what: "a network appears that leads out",
    ...network("playground"),
    add: { name: "semblance-dev-playground", driver: "bridge" },
    caughtBy: "net-12-docker-network-internal",
    also: ["op-01-required-labels"],
  },
  {
    what: "Redis joins the network of the edge",
    ...on("redis"),
    set: { "networksAdvanced[+]": { name: "semblance-dev-edge" } },
    caughtBy: "net-12-docker-data-internal",
    also: ["net-12-docker-flat-network"],
  },
  {
    what: "MLflow joins the network of the edge, where it reaches the gateway's other side",
    ...on("mlflow"),
    set: { "networksAdvanced[+]": { name: "semblance-dev-edge" } },
    caughtBy: "net-12-docker-flat-network",
  },
  {
    what: "Label Studio joins Docker's default bridge to reach the internet",
    ...on("label-studio"),
    set: { "networksAdvanced[+]": { name: "bridge" } },
    caughtBy: "net-12-docker-default-network",
  },
  {
    what: "Jupyter is left in Docker's default bridge",
    ...on("jupyter"),
    set: { networksAdvanced: [] },
    caughtBy: "net-12-docker-default-network",
  },
  {
    what: "Grafana is joined to the host's network by name",
    ...on("grafana"),
    set: { "networksAdvanced[+]": { name: "host" } },
    caughtBy: "net-12-docker-default-network",
    also: ["wl-07-own-namespaces"],
  },
  {
    what: "the stack goes to an engine on another machine, without TLS",
    stack: "dev",
    type: "pulumi:providers:docker",
    set: { host: "tcp://10.0.0.5:2375" },
    caughtBy: "eit-11-docker-daemon-tls",
  },
];
