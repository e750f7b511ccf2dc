import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { asset } from "../../components/core/assets";
import { minioSpec, REGION } from "../../components/services/minio";
import { accountJob, bucketPolicy, METRICS_POLICY } from "../../components/services/minio/accounts";
import { metricsToken } from "../../components/services/minio/token";
import { CANARY } from "../support/mocks";
import { connection, fileOf, leaf, login, open, secretText, textsOf, trust } from "../support/samples";
import { checkScript } from "../support/shell";

const root = login("root");
const spec = minioSpec({
  leaf,
  trust,
  root,
  kmsKey: login("kms").password,
  s3: { host: "s3.lab.example", port: 8443 },
  consoleUrl: "https://minio.lab.example",
  corsOrigins: ["https://label-studio.lab.example", "https://other.example"],
  consoleListen: "10.89.0.2",
});
const admin = { ...connection("minio", "s3", 8443), login: root, kmsKey: "semblance" };

/** What a policy allows, by resource. */
function allowed(policy: object): Record<string, string[]> {
  const { Statement } = policy as { Statement: { Effect: string; Action: string[]; Resource?: string[] }[] };
  assert.ok(Statement.every(({ Effect }) => Effect === "Allow"));
  return Object.fromEntries(
    Statement.map(({ Action, Resource }) => [(Resource ?? ["server"]).join(), [...Action].sort()]),
  );
}

describe("MinIO", () => {
  it("has one S3 name inside and outside, on one port", () => {
    assert.equal(spec.env?.["MINIO_SERVER_URL"], "https://s3.lab.example:8443");
    assert.deepEqual(spec.aliases, ["s3.lab.example"]);
    assert.deepEqual([spec.ports.s3.number, spec.env?.["S3_LISTEN"]], [8443, ":8443"]);
    assert.equal(spec.env?.["CONSOLE_LISTEN"], `10.89.0.2:${spec.ports.console.number}`);
  });

  it("encrypts every object with a key that is not in its environment", async () => {
    assert.equal(spec.env?.["MINIO_KMS_AUTO_ENCRYPTION"], "on");
    assert.deepEqual(await open(spec.files?.["/etc/semblance/secrets/kms-key"] ?? ""), {
      text: secretText("kms"),
      secret: true,
    });
    for (const [name, { text }] of await textsOf(spec.env)) assert.ok(!text.includes(CANARY), name);
  });

  it("lets pages of the named origins fetch objects, and no other", () => {
    assert.equal(
      spec.env?.["MINIO_API_CORS_ALLOW_ORIGIN"],
      "https://label-studio.lab.example,https://other.example",
    );
    assert.equal(spec.env?.["MINIO_REGION"], REGION);
    assert.equal(spec.env?.["MINIO_UPDATE"], "off", "it asks nobody for a newer version");
  });

  it("finds its certificate where it looks for it", async () => {
    assert.equal(await fileOf(spec, "/etc/semblance/certs/public.crt"), "the certificate");
    assert.equal(await fileOf(spec, "/etc/semblance/certs/private.key"), secretText("key"));
    assert.match(await fileOf(spec, "/etc/semblance/start.sh"), /--certs-dir \/etc\/semblance\/certs /);
  });
});

describe("policies of MinIO", () => {
  const own = "arn:aws:s3:::images";
  it("let a reader list and get", () => {
    assert.deepEqual(allowed(bucketPolicy("images", "read")), {
      [own]: ["s3:GetBucketLocation", "s3:ListBucket"],
      [`${own}/*`]: ["s3:GetObject"],
    });
  });

  it("let a writer put and delete objects of its own bucket, and not the bucket", () => {
    assert.deepEqual(allowed(bucketPolicy("images", "read-write")), {
      [own]: ["s3:GetBucketLocation", "s3:ListBucket"],
      [`${own}/*`]: [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ],
    });
  });

  it("let Prometheus read metrics, and no object", () => {
    assert.deepEqual(allowed(METRICS_POLICY), { server: ["admin:Prometheus"] });
  });
});

describe("the bearer token of MinIO's metrics", () => {
  it("is a JWT that the user's password signs", async () => {
    const { text, secret } = await open(metricsToken(login("prometheus")));
    assert.ok(secret);
    const [head = "", body = "", signature = "", ...more] = text.split(".");
    assert.deepEqual(more, []);
    const decode = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    assert.deepEqual(decode(head), { alg: "HS512", typ: "JWT" });
    assert.deepEqual(decode(body), { exp: 4102444800, sub: "prometheus", iss: "prometheus" });
    const expected = createHmac("sha512", secretText("prometheus"))
      .update(`${head}.${body}`)
      .digest("base64url");
    assert.equal(signature, expected);
    assert.ok(!text.includes(CANARY));
  });
});

describe("MinIO's job", () => {
  const policy = bucketPolicy("images", "read-write");
  const job = accountJob({ admin, client: "label-studio", bucket: "images", policy }, login("label-studio"));

  it("has its passwords in files, and none in its environment or command line", async () => {
    assert.equal(await fileOf(job, "/etc/semblance/secrets/root-password"), secretText("root"));
    assert.equal(await fileOf(job, "/etc/semblance/secrets/client-password"), secretText("label-studio"));
    assert.deepEqual(JSON.parse(await fileOf(job, "/etc/semblance/policy.json")), policy);
    assert.ok(!job.command.join(" ").includes(CANARY));
    for (const [name, { text }] of await textsOf(job.env)) assert.ok(!text.includes(CANARY), name);
  });

  it("makes a bucket only where one is asked for", () => {
    const without = accountJob({ admin, client: "prometheus", policy: METRICS_POLICY }, login("prometheus"));
    assert.equal(job.env?.["BUCKET"], "images");
    assert.equal(without.env?.["BUCKET"], undefined);
  });

  it("gives a bucket versions and encryption, and passes passwords by standard input", () => {
    const script = asset("components/services/minio", "bucket.sh");
    assert.match(script, /\$mc version enable/);
    assert.match(script, /\$mc encrypt set sse-kms "\$KMS_KEY"/);
    assert.match(script, /\| \$mc admin user add store$/m);
    assert.doesNotMatch(script, /--insecure/);
  });

  for (const file of ["start.sh", "bucket.sh"]) {
    it(`has a ${file} that a shell can read`, () => checkScript(asset("components/services/minio", file)));
  }
});
