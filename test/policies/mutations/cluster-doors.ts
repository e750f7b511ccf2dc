import type { Mutation } from "../mutate";
import { deployment, filesInCluster as files } from "./targets";

/** Servers of the cluster whose files let everybody in, or say that they speak in plain. */
export const clusterDoorMutations: readonly Mutation[] = [
  {
    what: "PostgreSQL asks nobody for a password",
    ...files("postgres"),
    edit: { "data[pg_hba.conf]": ["scram-sha-256", "trust"] },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "Redis forgets its list of users",
    ...files("redis"),
    edit: { "data[redis.conf]": ["aclfile ", "# aclfile "] },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "Grafana shows its dashboards to everybody",
    ...files("grafana"),
    edit: { "data[grafana.ini]": ["[auth.anonymous]\nenabled = false", "[auth.anonymous]\nenabled = true"] },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "every login of MLflow reads every experiment",
    ...files("mlflow"),
    edit: { "data[auth.ini]": ["NO_PERMISSIONS", "READ"] },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "Grafana answers in plain HTTP",
    ...files("grafana"),
    edit: { "data[grafana.ini]": ["protocol = https", "protocol = http"] },
    caughtBy: "eit-13-servers-speak-tls",
  },
  {
    what: "Loki answers in plain HTTP",
    ...files("loki"),
    edit: { "data[loki.yaml]": ['"http_tls_config"', '"http_tls_configuration"'] },
    caughtBy: "eit-13-servers-speak-tls",
  },
  {
    what: "Jaeger takes traces in plain",
    ...files("jaeger"),
    edit: { "data[jaeger.yaml]": ['"cert_file": "/etc/semblance/tls/server.crt",', ""] },
    caughtBy: "eit-13-servers-speak-tls",
  },
  {
    what: "the edge serves plain HTTP where it has TLS",
    ...files("gateway"),
    edit: { "data[caddy.json]": ['"tls_connection_policies"', '"tls_policies"'] },
    caughtBy: "eit-13-servers-speak-tls",
  },
  {
    what: "alerts go to a pager in plain HTTP",
    ...files("alertmanager"),
    edit: {
      "data[alertmanager.yml]": [
        '"name": "none"',
        '"name": "none", "webhook_configs": [{ "url": "http://pager.example.com/alerts" }]',
      ],
    },
    caughtBy: "eit-08-http-endpoints",
  },
  {
    what: "a metrics API is believed without a certificate",
    stack: "prod",
    type: "kubernetes:apiregistration.k8s.io/v1:APIService",
    name: "metrics",
    add: {
      metadata: { name: "v1beta1.metrics.k8s.io" },
      spec: { group: "metrics.k8s.io", version: "v1beta1", insecureSkipTLSVerify: true },
    },
    caughtBy: "eit-12-certificates-verified",
  },
  {
    what: "a pod asks an engine of Docker over TCP",
    ...deployment("label-studio"),
    set: {
      "spec.template.spec.containers[label-studio].env[+]": {
        name: "DOCKER_HOST",
        value: "tcp://engine.build.svc:2375",
      },
    },
    caughtBy: "eit-11-docker-daemon-tls",
  },
];
