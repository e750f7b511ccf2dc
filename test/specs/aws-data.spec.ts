import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { clientStatements } from "../../components/platforms/aws/bucket-policies";
import type { BucketFacts } from "../../components/platforms/aws/buckets";
import type { Cache } from "../../components/platforms/aws/cache";
import type { Database } from "../../components/platforms/aws/database";
import { AMAZON_ROOT, rdsAuthority } from "../../components/platforms/aws/trust";
import { ACCOUNT, at, loginOf, ofType, one, recordAws } from "../support/aws-mocks";
import type { Registered } from "../support/mocks";

const BUCKET = `semblance-prod-label-studio-${ACCOUNT}`;
const scope = { prefix: "semblance-prod", region: "us-east-1", accountId: ACCOUNT };

describe("AWS, data", () => {
  let resources: readonly Registered[];
  let facts: BucketFacts;
  let database: Database;
  let cache: Cache;
  before(async () => {
    ({ resources } = await recordAws({
      and: (foundation) => {
        facts = foundation.buckets(["https://label-studio.example.com"]).bucket("label-studio", "read-write");
        database = foundation.database(loginOf("administrator"));
        cache = foundation.cache({
          "label-studio": { login: loginOf("label-studio"), rights: "~rq:* resetchannels -@all +@read" },
          "redis-exporter": { login: loginOf("redis-exporter"), rights: "-@all +info" },
        });
      },
    }));
  });

  it("gives a client a bucket of its own and a role instead of keys", () => {
    assert.equal(facts.bucket, BUCKET);
    assert.equal(facts.host, "s3.us-east-1.amazonaws.com");
    const association = one(resources, ":PodIdentityAssociation");
    assert.equal(at(association, "serviceAccount"), "label-studio");
    assert.equal(at(association, "namespace"), "semblance-prod-data");
    assert.match(facts.readyWhen.length > 6 ? "" : "too few", /^$/);
  });

  it("keeps buckets closed, versioned, encrypted, logged, and open to TLS only", () => {
    for (const client of ["label-studio", "access-logs"]) {
      const name = `aws-buckets-${client}`;
      const block = one(resources, ":BucketPublicAccessBlock", `${name}-private`);
      for (const flag of [
        "blockPublicAcls",
        "blockPublicPolicy",
        "ignorePublicAcls",
        "restrictPublicBuckets",
      ])
        assert.equal(at(block, flag), true, flag);
      assert.equal(
        at(one(resources, ":BucketVersioning", `${name}-versions`), "versioningConfiguration", "status"),
        "Enabled",
      );
      const policy = String(at(one(resources, ":BucketPolicy", `${name}-policy`), "policy"));
      assert.match(policy, /"Effect":"Deny","Principal":"\*"[^]*"aws:SecureTransport":"false"/);
      assert.match(policy, /"s3:TlsVersion":"1\.2"/);
      assert.equal(
        at(one(resources, ":BucketOwnershipControls", `${name}-owner`), "rule", "objectOwnership"),
        "BucketOwnerEnforced",
      );
    }
    const encryption = one(
      resources,
      ":BucketServerSideEncryptionConfiguration",
      "aws-buckets-label-studio-encryption",
    );
    const rule = at(encryption, "rules", 0, "applyServerSideEncryptionByDefault");
    assert.match(JSON.stringify(rule), /aws-keys-s3".*"sseAlgorithm":"aws:kms"/);
    const logging = one(resources, ":BucketLogging");
    assert.equal(at(logging, "targetBucket"), `semblance-prod-access-logs-${ACCOUNT}`);
    const cors = one(resources, ":BucketCorsConfiguration");
    assert.deepEqual(at(cors, "corsRules", 0, "allowedOrigins"), ["https://label-studio.example.com"]);
    assert.deepEqual(at(cors, "corsRules", 0, "allowedMethods"), ["GET", "HEAD"]);
  });

  it("lets a client at its own objects alone, and a reader write nothing", () => {
    const actions = (access: "read-only" | "read-write") =>
      clientStatements(scope, "label-studio", access).flatMap((statement) => statement.actions);
    for (const { resources: named } of clientStatements(scope, "label-studio", "read-write"))
      for (const resource of named as readonly string[])
        assert.match(
          resource,
          new RegExp(`^arn:aws:s3:::${BUCKET}(/\\*)?$|^arn:aws:kms:us-east-1:${ACCOUNT}:key/\\*$`),
        );
    assert.ok(actions("read-write").includes("s3:PutObject"));
    assert.deepEqual(
      actions("read-only").filter((action) => /Put|Delete|Abort|GenerateDataKey/.test(action)),
      [],
    );
  });

  it("runs PostgreSQL in two zones, over TLS only, restorable, with a last snapshot", () => {
    const instance = one(resources, "rds/instance:Instance");
    const wanted = {
      engine: "postgres",
      engineVersion: "17",
      multiAz: true,
      storageEncrypted: true,
      backupRetentionPeriod: 14,
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "semblance-prod-postgres-final",
      deletionProtection: true,
      publiclyAccessible: false,
      performanceInsightsEnabled: true,
      copyTagsToSnapshot: true,
      caCertIdentifier: "rds-ca-rsa2048-g1",
    };
    for (const [key, value] of Object.entries(wanted)) assert.equal(at(instance, key), value, key);
    assert.ok(instance.secretInputs.includes("password"));
    const parameters = one(resources, "rds/parameterGroup:ParameterGroup");
    assert.equal(at(parameters, "family"), "postgres17");
    const values = JSON.stringify(at(parameters, "parameters"));
    assert.match(values, /"name":"rds\.force_ssl","value":"1"/);
    assert.match(values, /"name":"password_encryption","value":"scram-sha-256"/);
    assert.equal(database.port, 5432);
  });

  it("logs of the database are there before it, under the stack's key", () => {
    const names = ofType(resources, ":LogGroup").map((group) => at(group, "name"));
    for (const log of ["postgresql", "upgrade"])
      assert.ok(names.includes(`/aws/rds/instance/semblance-prod-postgres/${log}`));
    const after = one(resources, "rds/instance:Instance").dependsOn.join(" ");
    assert.match(after, /aws-database-postgresql/);
  });

  it("runs the cache over TLS only, in two zones, for named users and nobody else", () => {
    const group = one(resources, ":ReplicationGroup");
    for (const key of [
      "transitEncryptionEnabled",
      "atRestEncryptionEnabled",
      "automaticFailoverEnabled",
      "multiAzEnabled",
    ])
      assert.equal(at(group, key), true, key);
    assert.equal(at(group, "transitEncryptionMode"), "required");
    assert.equal(at(group, "authToken"), undefined);
    assert.deepEqual(at(group, "userGroupIds"), ["semblance-prod-redis"]);
    const users = ofType(resources, "elasticache/user:User");
    assert.deepEqual(users.map((user) => at(user, "userName")).sort(), ["label-studio", "redis-exporter"]);
    for (const user of users) {
      assert.match(String(at(user, "accessString")), /^on .*-@all/);
      assert.ok(user.secretInputs.includes("authenticationMode"), user.name);
      assert.ok(String(at(user, "userId")).length <= 40);
    }
    assert.equal(cache.port, 6379);
  });

  it("brings the certificates of the authorities that AWS signs by", () => {
    const roots = AMAZON_ROOT.split("-----END CERTIFICATE-----").filter((part) => part.includes("BEGIN"));
    assert.deepEqual(
      roots.map(
        (part) => /CN=(.*)/.exec(new X509Certificate(`${part}-----END CERTIFICATE-----`).subject)?.[1],
      ),
      [1, 2, 3, 4].map((n) => `Amazon Root CA ${n}`),
    );
    for (const region of ["us-east-1", "eu-central-1", "ap-northeast-1"]) {
      const authority = new X509Certificate(rdsAuthority(region));
      assert.match(authority.subject, new RegExp(`CN=Amazon RDS ${region} Root CA RSA2048 G1`));
      assert.ok(authority.ca && Date.parse(authority.validTo) > Date.parse("2040-01-01"));
    }
    assert.throws(() => rdsAuthority("xx-nowhere-1"), /known: .*eu-central-1.*pulumi config set/);
  });
});
