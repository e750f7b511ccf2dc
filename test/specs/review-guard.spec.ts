import assert from "node:assert/strict";
import type { Acknowledgement } from "../../toolchain/review/acknowledgements";
import { judge } from "../../toolchain/review/guard";
import type { Operation, Preview, Properties, Resource } from "../../toolchain/review/model";

const TODAY = "2026-11-23";
const REASON = "the data was copied, and the copy was read back";
const VOLUME = "docker:index/volume:Volume";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
const PASSWORD = "random:index/randomPassword:RandomPassword";

const resource = (type: string, name: string, more: Partial<Resource> = {}): Resource => ({
  urn: `urn:pulumi:dev::p::${type}::${name}`,
  type,
  name,
  parent: undefined,
  protect: true,
  retain: false,
  inputs: {},
  ...more,
});

type Side = readonly [
  operation: Operation | "same",
  before: Resource,
  after?: Resource | undefined,
  group?: string,
];
/** A preview in which each of these happens. */
function preview(...sides: readonly Side[]): Preview {
  return {
    stack: "dev",
    against: "state",
    before: sides.map(([, before]) => before),
    after: sides.flatMap(([operation, before, after = before]) => (operation === "delete" ? [] : [after])),
    outputs: { before: undefined, after: undefined },
    changes: sides.flatMap(([operation, before, , group = "postgres"]) => {
      if (operation === "same") return [];
      const name = {
        path: "name",
        kind: "update" as const,
        before: "a",
        after: "b",
        replaces: operation === "replace",
      };
      return [{ operation, resource: before, group, properties: operation === "delete" ? [] : [name] }];
    }),
    same: 0,
    policies: [],
    messages: [],
    seconds: 1,
  };
}
const acknowledged = (more: Partial<Acknowledgement> = {}): Acknowledgement => ({
  stack: "dev",
  resource: "postgres-data",
  change: "replace",
  reason: REASON,
  expires: TODAY,
  ...more,
});
const refusedIn = (of: Preview, ...lines: readonly Acknowledgement[]) =>
  judge(of, lines, TODAY).refused.map((loss) => `${loss.change} ${loss.resource.name}`);

describe("the guard of data", () => {
  const data = resource(VOLUME, "postgres-data");

  it("refuses what would delete or replace data, with the reason and the line that acknowledges it", () => {
    const [loss] = judge(preview(["replace", data]), [], TODAY).refused;
    assert.match(loss?.why ?? "", /Everything that is stored in it goes\. It is replaced because of name\./);
    const line: unknown = JSON.parse(loss?.line ?? "");
    assert.deepEqual(line, {
      stack: "dev",
      resource: "postgres-data",
      change: "replace",
      reason: "<why the data may go, and what was done with it before>",
      expires: "2026-12-07",
    });
    assert.deepEqual(refusedIn(preview(["delete", data])), ["delete postgres-data"]);
  });

  it("lets pass what happens every day", () => {
    const own = { protect: false };
    const everyDay = preview(
      ["replace", resource("docker:index/container:Container", "postgres", own)],
      ["delete", resource("docker:index/container:Container", "old", own)],
      ["replace", resource("docker:index/remoteImage:RemoteImage", "images-postgres", own)],
      [
        "replace",
        resource(VOLUME, "postgres-files", {
          ...own,
          inputs: { labels: [{ label: "semblance.files", value: "postgres" }] },
        }),
      ],
      [
        "replace",
        resource("tls:index/locallySignedCert:LocallySignedCert", "authority-postgres-certificate", own),
      ],
      ["replace", resource("tls:index/privateKey:PrivateKey", "authority-postgres-key", own)],
      ["update", resource("kubernetes:apps/v1:StatefulSet", "postgres", own)],
      ["update", data],
      ["create", resource(VOLUME, "weaviate-data")],
    );
    assert.deepEqual(refusedIn({ ...everyDay, before: everyDay.before.slice(0, -1) }), []);
  });

  it("refuses a lowered protection of what else stays as it is", () => {
    const [loss] = judge(preview(["same", data, { ...data, protect: false }]), [], TODAY).refused;
    assert.equal(loss?.change, "unprotect");
    assert.match(loss.why, /^protect: true → false\. /);
  });

  it("lets pass what the file acknowledges, and says with what reason", () => {
    const {
      refused,
      acknowledged: passed,
      faults,
    } = judge(preview(["replace", data]), [acknowledged()], TODAY);
    assert.deepEqual([refused.length, faults.length], [0, 0]);
    assert.deepEqual(
      passed.map(({ reason, expires }) => [reason, expires]),
      [[REASON, TODAY]],
    );
  });

  const others: readonly (readonly [what: string, more: Partial<Acknowledgement>])[] = [
    ["of another stack", { stack: "prod" }],
    ["of another resource", { resource: "minio-data" }],
    ["of another change", { change: "delete" }],
    ["that has expired", { expires: "2026-11-22" }],
    ["of everything: data is named one by one", { resource: "*" }],
  ];
  for (const [what, more] of others) {
    it(`refuses in spite of a line ${what}`, () =>
      assert.deepEqual(refusedIn(preview(["replace", data]), acknowledged(more)), ["replace postgres-data"]));
  }

  it("tells lines that have expired or are not needed, and leaves other stacks' alone", () => {
    const lines = [
      acknowledged({ expires: "2026-11-22" }),
      acknowledged({ resource: "gone" }),
      acknowledged({ stack: "prod" }),
    ];
    const { faults } = judge(preview(["same", data]), lines, TODAY);
    assert.deepEqual(faults, [
      "that postgres-data may be lost (replace) ended on 2026-11-22: delete the line, or have it reviewed again with a later day",
      "that gone may be lost (replace) is not needed: delete the line",
    ]);
  });

  it("counts what Pulumi only forgets as kept, and what starts empty beside it as lost", () => {
    const bucket = resource("aws:s3/bucket:Bucket", "objects", { protect: false, retain: true });
    assert.deepEqual(refusedIn(preview(["delete", bucket])), []);
    const [loss] = judge(preview(["replace", bucket]), [], TODAY).refused;
    assert.match(loss?.why ?? "", /The old one stays outside the stack/);
  });

  describe("generated secrets", () => {
    const secrets = resource("semblance:secrets:Secrets", "secrets", { protect: false });
    const password = (name: string): Resource => resource(PASSWORD, name, { parent: secrets.urn });
    const weaviate = ["secrets-weaviate-jupyter", "secrets-weaviate-prometheus"].map(password);
    const gone = preview(
      ["same", secrets],
      ...weaviate.map((one) => ["delete", one, undefined, "weaviate"] as const),
      ["delete", password("secrets-postgres-mlflow")],
      ["same", password("secrets-postgres-superuser")],
    );

    it("are told as one where all of a service go, and by name where some stay", () => {
      const { refused } = judge(gone, [], TODAY);
      assert.deepEqual(
        refused.map(({ line }) => /"resource":"([^"]+)"/.exec(line)?.[1]),
        ["secrets-weaviate-*", "secrets-postgres-mlflow"],
      );
      assert.match(refused[0]?.why ?? "", /With it go secrets-weaviate-prometheus\.$/);
    });

    it("may be acknowledged by a pattern, which covers no data", () => {
      const line = acknowledged({ resource: "secrets-*", change: "delete" });
      assert.deepEqual(refusedIn(gone, line), []);
      assert.deepEqual(judge(gone, [line], TODAY).faults, []);
      const volume = preview(["delete", resource(VOLUME, "secrets-data")]);
      assert.deepEqual(refusedIn(volume, line), ["delete secrets-data"]);
    });
  });

  describe("a namespace", () => {
    const inside: Properties = { metadata: { namespace: "data" } };
    const namespace = resource("kubernetes:core/v1:Namespace", "ns", {
      protect: false,
      inputs: { metadata: { name: "data" } },
    });

    it("takes along the claims in it that nobody mentions", () => {
      const claim = resource(CLAIM, "postgres-data", { inputs: inside });
      assert.deepEqual(refusedIn(preview(["delete", namespace], ["same", claim])), ["delete ns"]);
      // Told already.
      assert.deepEqual(refusedIn(preview(["delete", namespace], ["delete", claim])), [
        "delete postgres-data",
      ]);
    });

    it("without claims may go", () => {
      const elsewhere = resource(CLAIM, "postgres-data", { inputs: { metadata: { namespace: "other" } } });
      assert.deepEqual(refusedIn(preview(["delete", namespace], ["same", elsewhere])), []);
    });
  });

  it("refuses to take away what is nothing but a protection, unless what it protects goes too", () => {
    const bucket = resource("aws:s3/bucket:Bucket", "aws-buckets-mlflow");
    const versions = resource("aws:s3/bucketVersioning:BucketVersioning", "aws-buckets-mlflow-versions", {
      protect: false,
    });
    assert.deepEqual(refusedIn(preview(["same", bucket], ["delete", versions])), [
      "unprotect aws-buckets-mlflow-versions",
    ]);
    assert.deepEqual(refusedIn(preview(["delete", bucket], ["delete", versions])), [
      "delete aws-buckets-mlflow",
    ]);
  });
});
