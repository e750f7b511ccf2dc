/** Ten changes of the real program, as pull requests make them, for the golden reviews. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** One change. */
export interface GoldenChange {
  /** Of the golden file. */
  readonly name: string;
  readonly stack: "dev" | "prod";
  /** Exit code of the review. */
  readonly code: 0 | 1;
  readonly edit: (checkout: string) => Promise<void>;
}

/** Stands for a secret of somebody: encrypted texts are no business of a review either. */
export const CANARY = "canaryc4n4ry";

/** The stacks' files that the changes start from: those of the project, shorter, and with a secret. */
export const STACK_FILES = {
  "Pulumi.dev.yaml": { config: { "semblance-curation:settings": { target: "docker", profile: "core" } } },
  "Pulumi.prod.yaml": {
    encryptionsalt: `v1:${CANARY}Salt:v1:${CANARY}Nonce:${CANARY}Check`,
    config: {
      "semblance-curation:alertWebhookUrl": { secure: `v1:${CANARY}One:AAAA` },
      "semblance-curation:settings": {
        ...{ target: "aws", profile: "full", domain: "semblance.example.com" },
        edge: { httpsPort: 443, httpPort: 80 },
        alerts: { receiver: "webhook" },
        aws: {
          ...{ accountId: "123456789012", region: "us-east-1" },
          cluster: { administrators: ["arn:aws:iam::123456789012:role/platform"] },
        },
      },
    },
  },
} as const;

/** Replaces a text of a file; fails where the file has it not, or no longer. */
const replace =
  (file: string, from: string | RegExp, to: string) =>
  async (checkout: string): Promise<void> => {
    const path = join(checkout, file);
    const before = await readFile(path, "utf8");
    const after = before.replace(from, to);
    assert.notEqual(after, before, `${file} has no ${String(from)} any more: write the change anew`);
    await writeFile(path, after);
  };

const both =
  (...edits: readonly ((checkout: string) => Promise<void>)[]) =>
  async (checkout: string): Promise<void> => {
    for (const edit of edits) await edit(checkout);
  };

export const changes: readonly GoldenChange[] = [
  { name: "no-change", stack: "dev", code: 0, edit: replace("README.md", /^# .*$/m, "# Another title") },
  {
    name: "image-bump",
    stack: "dev",
    code: 0,
    edit: both(
      replace(
        "components/images.ts",
        /tag: "8\.8\.0",\n\s*digest: "sha256:[0-9a-f]{64}"/,
        `tag: "8.8.1",\n      digest: "sha256:${"1".repeat(64)}"`,
      ),
      replace("images/minio/Dockerfile", /$/, "\nLABEL org.example.bumped=true\n"),
    ),
  },
  {
    name: "new-arrow",
    stack: "dev",
    code: 0,
    edit: replace(
      "components/topology/arrows.ts",
      /\];\s*$/,
      '  { net: 90, from: "prometheus", to: "redis", port: "redis", as: "asks for its state" },\n];\n',
    ),
  },
  {
    name: "port-opened",
    stack: "dev",
    code: 1,
    edit: replace("Pulumi.dev.yaml", '"profile":"core"', '"profile":"core","edge":{"bind":"0.0.0.0"}'),
  },
  {
    name: "volume-renamed",
    stack: "dev",
    code: 1,
    edit: replace("components/services/postgres/index.ts", "volumes: { data: {", "volumes: { database: {"),
  },
  {
    name: "gpu-pool-added",
    stack: "prod",
    code: 0,
    edit: replace(
      "Pulumi.prod.yaml",
      '"region":"us-east-1"',
      '"region":"us-east-1","nodes":{"gpu":[{"name":"gpu","instanceTypes":["g6.xlarge"],"max":2}]}',
    ),
  },
  {
    name: "secret-rotated",
    stack: "prod",
    code: 0,
    edit: replace("Pulumi.prod.yaml", `${CANARY}One`, `${CANARY}Two`),
  },
  {
    name: "role-widened",
    stack: "prod",
    code: 0,
    edit: replace(
      "components/platforms/aws/bucket-policies.ts",
      '"s3:PutObject"];',
      '"s3:PutObject", "s3:PutObjectAcl"];',
    ),
  },
  {
    name: "service-removed",
    stack: "dev",
    code: 1,
    edit: both(
      replace("components/assembly/index.ts", /^ *const redisExporter = .*\n/m, ""),
      replace("components/assembly/index.ts", "redisExporter, ", ""),
      replace("components/topology/arrows.ts", /^.*from: "redis-exporter".*\n/m, ""),
      replace("components/topology/arrows.ts", /^.*to: "redis-exporter".*\n/m, ""),
      replace("components/topology/members.ts", /^ *"redis-exporter": \{.*\n/m, ""),
    ),
  },
  {
    name: "config-typo",
    stack: "dev",
    code: 1,
    edit: replace("Pulumi.dev.yaml", '"profile"', '"profil"'),
  },
];
