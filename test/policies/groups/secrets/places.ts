import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const container = "docker:index/container:Container";
const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
const instance = "aws:ec2/instance:Instance";
const password = "random:index/randomPassword:RandomPassword";

const docker = (props: Fixture["props"]): Fixture => ({ type: container, props });
const pod = (props: object, metadata: object = {}): Fixture => ({
  type: "kubernetes:core/v1:Pod",
  props: { metadata: { ...metadata }, spec: { containers: [{ name: "web", ...props }] } },
});
const base64 = (text: string): string => Buffer.from(text).toString("base64");

const plainSight: Cases = {
  rule: "sec-05-no-secret-in-plain-sight",
  good: docker({
    command: ["redis-server", "/run/files/redis.conf", "--token-file=/run/files/token"],
    labels: [{ label: "service", value: "redis" }],
  }),
  bad: docker({ command: ["redis-server", "--requirepass", "jh7Gd0qpLw3sXz91"] }),
  unknown: docker({ command: ["web", UNKNOWN] }),
  unknownIs: "cannot tell",
  missing: docker({}),
  missingIs: "fine",
  canary: docker({ command: ["web", `--password=${CANARY}`] }),
  sibling: {
    type: "docker:index/service:Service",
    props: { taskSpec: { containerSpec: { args: ["--db=postgres://app:jh7Gd0qp@db/app"] } } },
  },
  more: [
    {
      name: "a password that is not known yet",
      is: "violation",
      of: docker({ command: ["--password", UNKNOWN] }),
    },
    {
      name: "a label",
      is: "violation",
      of: docker({ labels: [{ label: "db.password", value: "jh7Gd0qp" }] }),
    },
    {
      name: "an annotation",
      is: "violation",
      of: pod({}, { annotations: { "example.com/api-key": "q1w2e3" } }),
    },
    { name: "a hash that is not known yet", is: "fine", of: pod({}, { annotations: { content: UNKNOWN } }) },
    {
      name: "a script",
      is: "violation",
      of: pod({ command: ["sh", "-c", "exec env PGPASSWORD=jh7Gd0qp psql"] }),
    },
    {
      name: "a script that asks for the secret",
      is: "fine",
      of: pod({
        command: ["sh", "-c", 'export PGPASSWORD="$(cat /run/p)"; TOKEN=$1 exec psql --password --host db'],
      }),
    },
    {
      name: "a healthcheck",
      is: "violation",
      of: docker({ healthcheck: { tests: ["CMD", "redis-cli", "--pass", "jh7Gd0qp"] } }),
    },
    {
      name: "user data",
      is: "violation",
      of: { type: launchTemplate, props: { userData: base64("#!/bin/sh\nexport API_TOKEN=q1w2e3r4\n") } },
    },
    {
      name: "user data of a machine",
      is: "violation",
      of: { type: instance, props: { userData: "key AKIAIOSFODNN7EXAMPLE" } },
    },
    {
      name: "user data without a secret",
      is: "fine",
      of: { type: instance, props: { userData: "#!/bin/sh\nid\n" } },
    },
  ],
};

const uploads: Cases = {
  rule: "sec-06-uploads-closed",
  good: docker({ uploads: [{ file: "/run/server.key", content: "x", permissions: "0400" }] }),
  bad: docker({ uploads: [{ file: "/run/server.key", content: "x", permissions: "0444" }] }),
  unknown: docker({ uploads: [{ file: "/run/server.key", content: "x", permissions: UNKNOWN }] }),
  unknownIs: "cannot tell",
  missing: docker({ uploads: [{ file: "/run/server.key", content: "x" }] }),
  missingIs: "violation",
  canary: docker({ uploads: [{ file: "/run/password", content: CANARY, permissions: "0644" }] }),
  // There is one type: the sibling is the other way to give a file's content.
  sibling: docker({
    uploads: [{ file: "/run/a", contentBase64: base64("-----BEGIN PRIVATE KEY-----"), permissions: "0644" }],
  }),
  more: [
    {
      name: "out of the repository",
      is: "violation",
      of: docker({ uploads: [{ file: "/run/server.key", source: "./server.key", permissions: "0400" }] }),
    },
    {
      name: "what is no secret",
      is: "fine",
      of: docker({ uploads: [{ file: "/run/prometheus.yml", content: "scrape: 1", permissions: "0444" }] }),
    },
    { name: "no uploads", is: "fine", of: docker({}) },
    {
      name: "a container that is never started has no users",
      is: "fine",
      of: docker({ start: false, uploads: [{ file: "/run/server.key", content: "x", permissions: "0444" }] }),
    },
    {
      name: "a public key and a page about passwords",
      is: "fine",
      of: docker({
        uploads: ["/run/public.key", "/srv/passphrase.html"].map((file) => ({ file, content: "x" })),
      }),
    },
  ],
};

const generated: Cases = {
  rule: "sec-07-generated-secrets",
  good: { type: password, props: { length: 32 } },
  bad: { type: password, props: { length: 12 } },
  unknown: { type: password, props: { length: UNKNOWN } },
  unknownIs: "cannot tell",
  missing: { type: password, props: {} },
  missingIs: "violation",
  canary: { type: password, props: { length: 8, keepers: { it: CANARY } } },
  sibling: { type: "random:index/randomString:RandomString", name: "db-password", props: { length: 32 } },
  more: [
    {
      name: "a short key",
      is: "violation",
      of: { type: "random:index/randomBytes:RandomBytes", props: { length: 8 } },
    },
    {
      name: "a key",
      is: "fine",
      of: { type: "random:index/randomBytes:RandomBytes", props: { length: 32 } },
    },
    {
      name: "what is no secret",
      is: "fine",
      of: { type: "random:index/randomString:RandomString", name: "bucket-suffix", props: { length: 4 } },
    },
  ],
};

export const placeCases: readonly Cases[] = [plainSight, uploads, generated];
