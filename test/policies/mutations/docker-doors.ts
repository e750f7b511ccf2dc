import type { Mutation } from "../mutate";
import { onDocker as on, filesOnDocker as files } from "./targets";

/** Servers on a laptop whose files let everybody in, or say that they speak in plain. */
export const dockerDoorMutations: readonly Mutation[] = [
  {
    what: "PostgreSQL asks nobody for a password",
    ...files("postgres"),
    edit: { "uploads[/etc/semblance/pg_hba.conf].content": ["scram-sha-256", "trust"] },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "the default user of Redis is on again, without a password",
    ...files("redis"),
    edit: {
      "uploads[/etc/semblance/users.acl].content": ["user default off resetpass", "user default on nopass"],
    },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "Redis forgets its list of users",
    ...files("redis"),
    edit: { "uploads[/etc/semblance/redis.conf].content": ["aclfile /etc/semblance/users.acl\n", ""] },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "Grafana shows its dashboards to everybody",
    ...files("grafana"),
    edit: {
      "uploads[/etc/semblance/grafana.ini].content": [
        "[auth.anonymous]\nenabled = false",
        "[auth.anonymous]\nenabled = true",
      ],
    },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "every login of MLflow reads every experiment",
    ...files("mlflow"),
    edit: { "uploads[/etc/semblance/auth.ini].content": ["NO_PERMISSIONS", "READ"] },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "notebooks answer who is not logged in",
    ...files("jupyter"),
    edit: {
      "uploads[/etc/semblance/jupyter/jupyter_server_config.py].content": [
        "allow_unauthenticated_access = False",
        "allow_unauthenticated_access = True",
      ],
    },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "Elasticsearch answers who has no login",
    ...files("elasticsearch"),
    edit: {
      "uploads[/etc/semblance/config/elasticsearch.yml].content": [
        '"xpack.security.enabled": true',
        '"xpack.security.authc.anonymous.roles": "monitor", "xpack.security.enabled": true',
      ],
    },
    caughtBy: "sec-09-auth-enabled",
  },
  {
    what: "MinIO is given no certificate",
    ...files("minio"),
    edit: { "uploads[/etc/semblance/start.sh].content": [" --certs-dir /etc/semblance/certs", ""] },
    caughtBy: "eit-13-servers-speak-tls",
  },
  {
    what: "Grafana answers in plain HTTP",
    ...files("grafana"),
    edit: { "uploads[/etc/semblance/grafana.ini].content": ["protocol = https", "protocol = http"] },
    caughtBy: "eit-13-servers-speak-tls",
  },
  {
    what: "Prometheus answers in plain HTTP",
    ...files("prometheus"),
    edit: { "uploads[/etc/semblance/web.yml].content": ['"cert_file":"/etc/semblance/tls/server.crt",', ""] },
    caughtBy: "eit-13-servers-speak-tls",
  },
  {
    what: "an exporter answers in plain HTTP",
    ...on("postgres-exporter"),
    edit: { "entrypoints[1]": ["--web.config.file=/etc/semblance/web.yml", "--log.level=info"] },
    caughtBy: "eit-13-servers-speak-tls",
  },
  {
    what: "the exporter of Redis answers in plain HTTP",
    ...on("redis-exporter"),
    unset: ["envs[REDIS_EXPORTER_TLS_SERVER_CERT_FILE]"],
    caughtBy: "eit-13-servers-speak-tls",
  },
  {
    what: "Loki answers in plain HTTP",
    ...files("loki"),
    edit: { "uploads[/etc/semblance/loki.yaml].content": ['"http_tls_config"', '"http_tls_configuration"'] },
    caughtBy: "eit-13-servers-speak-tls",
  },
  {
    what: "Jaeger takes traces in plain",
    ...files("jaeger"),
    edit: {
      "uploads[/etc/semblance/jaeger.yaml].content": ['"cert_file": "/etc/semblance/tls/server.crt",', ""],
    },
    caughtBy: "eit-13-servers-speak-tls",
  },
  {
    what: "the edge serves plain HTTP where it has TLS",
    ...files("gateway"),
    edit: { "uploads[/etc/semblance/caddy.json].content": ['"tls_connection_policies"', '"tls_policies"'] },
    caughtBy: "eit-13-servers-speak-tls",
  },
  {
    what: "alerts go to a pager in plain HTTP",
    ...files("alertmanager"),
    edit: {
      "uploads[/etc/semblance/alertmanager.yml].content": [
        '"name": "none"',
        '"name": "none", "webhook_configs": [{ "url": "http://pager.example.com/alerts" }]',
      ],
    },
    caughtBy: "eit-08-http-endpoints",
  },
  {
    what: "a kubeconfig for notebooks believes whoever answers",
    ...files("jupyter"),
    set: {
      "uploads[+]": {
        file: "/etc/semblance/kubeconfig",
        content: "clusters:\n  - cluster:\n      insecure-skip-tls-verify: true\n",
      },
    },
    caughtBy: "eit-12-certificates-verified",
  },
  {
    what: "the agent that reads logs asks an engine over TCP",
    ...on("otel-agent"),
    set: { "envs[+]": "DOCKER_HOST=tcp://10.0.0.5:2375" },
    caughtBy: "eit-11-docker-daemon-tls",
  },
];
