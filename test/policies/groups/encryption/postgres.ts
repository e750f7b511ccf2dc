import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { byId, dockerContainer, pod, withCarrier } from "./services";

const image = "postgres:18.1";
const start = ["postgres", "-c", "config_file=/etc/x/postgresql.conf"];
const secure =
  "listen_addresses = '0.0.0.0'\nssl = 'on' # with a certificate\nssl_min_protocol_version = 'TLSv1.2'\n";
const client = (...envs: string[]) => dockerContainer({ image: "app:1", envs });
const url = "postgresql://app:secret@postgres:5432/app";

export const postgresTls: Cases = {
  rule: "eit-05-postgres-tls",
  good: dockerContainer({ image, command: ["postgres", "-c", "ssl=on"] }),
  bad: dockerContainer({ image, command: ["postgres", "-c", "ssl=off"] }),
  unknown: dockerContainer({ image, command: ["postgres", UNKNOWN] }),
  unknownIs: "cannot tell",
  missing: dockerContainer({ image }),
  missingIs: "violation",
  canary: dockerContainer({ image, envs: [`POSTGRES_PASSWORD=${CANARY}`] }),
  sibling: [...pod(image, { args: ["-c", "ssl=off"] }, {}, "kubernetes:apps/v1:DeploymentPatch")],
  more: [
    {
      name: "a server by the id of its image",
      is: "violation",
      of: byId("docker.io/library/postgres:18@sha256:00", {}),
    },
    {
      name: "a file in a volume",
      is: "fine",
      of: withCarrier(image, start, { "/etc/x/postgresql.conf": secure }),
    },
    {
      name: "a file that says off",
      is: "violation",
      of: withCarrier(image, start, { "/etc/x/postgresql.conf": "ssl = off" }),
    },
    {
      name: "a file that says nothing",
      is: "violation",
      of: withCarrier(image, start, { "/etc/x/postgresql.conf": "port = 5432\n#ssl = on" }),
    },
    {
      name: "a file that is not known",
      is: "cannot tell",
      of: withCarrier(image, start, { "/etc/x/postgresql.conf": UNKNOWN }),
    },
    { name: "a file from elsewhere", is: "cannot tell", of: dockerContainer({ image, command: start }) },
    {
      name: "TLS 1.0",
      is: "violation",
      of: withCarrier(image, start, {
        "/etc/x/postgresql.conf": `${secure}ssl_min_protocol_version = TLSv1`,
      }),
    },
    {
      name: "logins without TLS",
      is: "violation",
      of: withCarrier(image, start, {
        "/etc/x/postgresql.conf": secure,
        "/etc/x/pg_hba.conf": "host all all 0.0.0.0/0 scram-sha-256",
      }),
    },
    {
      name: "logins with TLS, from here, and none",
      is: "fine",
      of: withCarrier(image, start, {
        "/etc/x/postgresql.conf": secure,
        "/etc/x/pg_hba.conf":
          "local all all peer\nhost all all 127.0.0.1/32 scram-sha-256\nhostssl all all 0.0.0.0/0 scram-sha-256\nhost all all all reject",
      }),
    },
    {
      name: "a script that starts it",
      is: "violation",
      of: withCarrier(image, ["sh", "/etc/x/start.sh"], {
        "/etc/x/start.sh": "set -eu\nexec postgres -c ssl=off",
      }),
    },
    {
      name: "a script of a client",
      is: "fine",
      of: withCarrier(image, ["sh", "/etc/x/dump.sh"], { "/etc/x/dump.sh": "pg_dump --host=postgres app" }),
    },
    {
      name: "a script that cannot be read",
      is: "cannot tell",
      of: dockerContainer({ image, command: ["sh", "/opt/x.sh"] }),
    },
    {
      name: "a file of a ConfigMap",
      is: "fine",
      of: pod(image, { command: start }, { "postgresql.conf": secure }),
    },
    {
      name: "a file of a ConfigMap that says off",
      is: "violation",
      of: pod(image, { command: start }, { "postgresql.conf": "ssl: off" }),
    },
    { name: "a client", is: "fine", of: client(`DATABASE_URL=${url}?sslmode=verify-full`) },
    { name: "a client whose URL leaves it open", is: "violation", of: client(`DATABASE_URL=${url}`) },
    {
      name: "a client whose URL leaves it open, and whose default does not",
      is: "fine",
      of: client(`DATABASE_URL=${url}`, "PGSSLMODE=verify-full"),
    },
    {
      name: "a client that would rather have it",
      is: "violation",
      of: client(`DATABASE_URL=${url}?sslmode=prefer`),
    },
    { name: "a default of a client", is: "violation", of: client("PGSSLMODE=disable") },
    {
      name: "a client of its own machine",
      is: "fine",
      of: client("DATABASE_URL=postgresql://app@127.0.0.1/app"),
    },
    {
      name: "a service file",
      is: "violation",
      of: dockerContainer({
        image: "app:1",
        uploads: [{ file: "/etc/pg_service.conf", content: "[app]\nhost=postgres\nsslmode=allow" }],
      }),
    },
  ],
};
