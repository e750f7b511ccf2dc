import { CANARY, type Cases, type Verdict } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const docker = (props: Fixture["props"]): Fixture => ({ type: "docker:index/container:Container", props });
const pod = (props: object): Fixture => ({
  type: "kubernetes:core/v1:Pod",
  props: { spec: { containers: [{ name: "web", ...props }] } },
});
/** A case per file. */
const files = (is: Verdict, contents: Readonly<Record<string, string>>): NonNullable<Cases["more"]> =>
  Object.entries(contents).map(([file, content]) => ({
    name: `what ${file} says`,
    is,
    of: docker({ uploads: [{ file, content }] }),
  }));

export const doors: Cases = {
  rule: "sec-09-auth-enabled",
  good: docker({ envs: ["GF_AUTH_ANONYMOUS_ENABLED=false"], command: ["--web.config.file=/run/web.yml"] }),
  bad: docker({ envs: ["GF_AUTH_ANONYMOUS_ENABLED=true"] }),
  unknown: pod({ env: [{ name: "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED", value: UNKNOWN }] }),
  unknownIs: "cannot tell",
  missing: docker({}),
  missingIs: "fine",
  canary: docker({ envs: ["POSTGRES_HOST_AUTH_METHOD=trust", `POSTGRES_PASSWORD=${CANARY}`] }),
  sibling: {
    type: "kubernetes:apps/v1:StatefulSetPatch",
    props: {
      spec: {
        template: { spec: { containers: [{ env: [{ name: "xpack.security.enabled", value: "false" }] }] } },
      },
    },
  },
  more: [
    {
      name: "Jupyter without a token",
      is: "violation",
      of: docker({ command: ["jupyter", "--ServerApp.token=''"] }),
    },
    {
      name: "Jupyter, in two words",
      is: "violation",
      of: docker({ command: ["--IdentityProvider.token", ""] }),
    },
    { name: "Prometheus' admin API", is: "violation", of: pod({ args: ["--web.enable-admin-api"] }) },
    { name: "Redis in two words", is: "violation", of: docker({ command: ["--protected-mode", "no"] }) },
    { name: "Redis without a word", is: "violation", of: docker({ command: ["redis-server"] }) },
    { name: "Redis with a file", is: "fine", of: docker({ command: ["redis-server", "/run/redis.conf"] }) },
    {
      name: "Redis with what is not known",
      is: "cannot tell",
      of: docker({ command: ["redis-server", UNKNOWN] }),
    },
    {
      name: "Redis with a password",
      is: "fine",
      of: pod({ args: ["redis-server", "--requirepass", "$(PW)"] }),
    },
    {
      name: "MLflow",
      is: "violation",
      of: docker({ entrypoints: ["mlflow"], command: ["server", "--port", "1"] }),
    },
    {
      name: "MLflow with logins",
      is: "fine",
      of: docker({ command: ["mlflow", "server", "--app-name", "basic-auth"] }),
    },
    {
      name: "MinIO with its own password",
      is: "violation",
      of: docker({ command: ["minio", "server", "/data"] }),
    },
    {
      name: "MinIO by its image",
      is: "violation",
      of: pod({ image: "quay.io/minio/minio:1", args: ["server", "/data"] }),
    },
    {
      name: "a bucket of MinIO that everybody reads",
      is: "violation",
      of: docker({ command: ["sh", "-c", "mc anonymous set download local/models"] }),
    },
    {
      name: "a bucket of MinIO that is closed",
      is: "fine",
      of: docker({ command: ["mc", "anonymous", "set", "none", "local/models"] }),
    },
    {
      name: "MinIO with a password",
      is: "fine",
      of: docker({ command: ["minio", "server", "/data"], envs: ["MINIO_ROOT_PASSWORD_FILE=/run/p"] }),
    },
    ...files("violation", {
      "/etc/postgresql/pg_hba.conf": "local all all peer\nhost all all 0.0.0.0/0 trust",
      "/etc/redis/users.acl": "user default off\nuser web on >pw nopass ~* +@all",
      "/etc/redis/redis.conf": "port 0\nprotected-mode no\nappendonly yes",
      "/etc/grafana/grafana.ini": "[users]\nallow_sign_up = false\n[auth.anonymous]\nenabled = true",
      "/etc/mlflow/basic_auth.ini": "[mlflow]\nadmin_username = admin",
      "/etc/jupyter/jupyter_server_config.py": "c.ServerApp.token = ''\n",
      "/etc/jupyter/jupyter_server_config.json": '{"IdentityProvider":{"token":""}}',
      "/etc/elasticsearch/elasticsearch.yml": "xpack:\n  security:\n    enabled: false",
      "/etc/opensearch/opensearch.yml": "plugins.security.disabled: true",
      "/etc/weaviate/weaviate.conf.json": '{"authentication":{"anonymous_access":{"enabled":true}}}',
      "/etc/mongod.conf": "security:\n  authorization: disabled",
      "/init.sh": "mc --quiet anonymous set public local/models",
    }),
    ...files("fine", {
      "/etc/postgresql/pg_hba.conf":
        "host all all 127.0.0.1/32 trust\nhostssl all all 0.0.0.0/0 scram-sha-256\n# host all all all trust",
      "/etc/redis/users.acl": "user default off nopass\nuser web on nopass resetpass >pw ~* +@all",
      "/etc/redis/redis.conf": "protected-mode no\naclfile /etc/redis/users.acl",
      "/etc/grafana/grafana.ini": "[auth.anonymous]\nenabled = false\n[metrics]\nenabled = true",
      "/etc/mlflow/basic_auth.ini": "[mlflow]\ndefault_permission = NO_PERMISSIONS",
      "/etc/jupyter/jupyter_server_config.py": "c.ServerApp.token = ''\nc.ServerApp.password = 'argon2:x'\n",
      "/etc/elasticsearch/elasticsearch.yml": "xpack.security.enabled: true",
      "/etc/weaviate/weaviate.conf.json": UNKNOWN,
      "/init.sh": "mc anonymous set none local/models",
    }),
    {
      name: "a file of a ConfigMap",
      is: "violation",
      of: {
        type: "kubernetes:core/v1:ConfigMap",
        props: { data: { "pg_hba.conf": `hostnossl all all 10.0.0.0 255.0.0.0 trust # ${CANARY}` } },
      },
    },
    {
      name: "a file of a Secret",
      is: "violation",
      of: {
        type: "kubernetes:core/v1:SecretPatch",
        props: {
          data: { "users.acl": Buffer.from("user default on nopass ~* &* +@all").toString("base64") },
        },
      },
    },
  ],
};
