import assert from "node:assert/strict";
import { costOf as costOfSettings, HOURS, sumsOf } from "../../components/platforms/aws/cost";
import { factsOf } from "../../toolchain/review/facts";
import { imagesOf, parseImage } from "../../toolchain/review/facts/images";
import { viewOf } from "../../toolchain/review/facts/view";
import type { Json, Preview, Properties, Resource } from "../../toolchain/review/model";
import { awsWith, everything, recordAws } from "../support/aws-mocks";
import type { Registered } from "../support/mocks";
import { preview, resource } from "../support/review";

const outputs = (before: Properties | undefined, after: Properties | undefined): Preview["outputs"] => ({
  before,
  after,
});
const something = [resource("pulumi:pulumi:Stack", "stack")];

describe("reviews, arrows", () => {
  it("are those that are drawn and rubbed out", () => {
    const { arrows } = factsOf(
      preview({
        before: something,
        outputs: outputs({ arrows: ["a → b:sql", "a → c:s3"] }, { arrows: ["a → c:s3", "d → b:sql"] }),
      }),
    );
    assert.deepEqual(arrows, { gained: ["d → b:sql"], lost: ["a → b:sql"] });
  });

  it("are not known where a side does not tell them, and all new in a new stack", () => {
    assert.equal(
      factsOf(preview({ before: something, outputs: outputs({}, { arrows: [] }) })).arrows,
      undefined,
    );
    assert.equal(
      factsOf(preview({ before: something, outputs: outputs({ arrows: [] }, undefined) })).arrows,
      undefined,
    );
    const fresh = factsOf(preview({ outputs: outputs(undefined, { arrows: ["a → b:sql"] }) })).arrows;
    assert.deepEqual(fresh, { gained: ["a → b:sql"], lost: [] });
  });
});

describe("reviews, images", () => {
  const DIGEST = `sha256:${"a".repeat(64)}`;
  const deployment = (image: string, name = "web") =>
    resource("kubernetes:apps/v1:Deployment", name, {
      spec: { template: { spec: { containers: [{ name, image }] } } },
    });
  const changes = (before: readonly Resource[], after: readonly Resource[]) =>
    imagesOf(viewOf(before), viewOf(after)).map(({ image, before: old, after: next, usedBy }) => {
      const tags = (refs: readonly { tag: string }[]) => refs.map(({ tag }) => tag).join("+");
      return `${image} ${tags(old)} → ${tags(next)} (${usedBy.join(", ")})`;
    });

  it("takes references apart, ports of registries included", () => {
    assert.deepEqual(parseImage(`localhost:5000/a/b:1.2@${DIGEST}`), {
      repository: "localhost:5000/a/b",
      tag: "1.2",
      digest: DIGEST,
    });
    assert.deepEqual(parseImage("localhost:5000/a"), { repository: "localhost:5000/a", tag: "", digest: "" });
  });

  it("tells old and new, and who has it", () => {
    assert.deepEqual(
      changes([deployment("a/web:1")], [deployment("a/web:2"), deployment("a/web:2", "job")]),
      ["a/web 1 → 2 (job, web)"],
    );
    assert.deepEqual(changes([deployment("a/web:1")], [deployment("b/web:1")]), [
      "a/web 1 →  (web)",
      "b/web  → 1 (web)",
    ]);
    assert.deepEqual(
      changes([deployment("a/web:1")], [deployment("a/web:1"), deployment("a/web:1", "job")]),
      [],
    );
  });

  it("takes a mirror for no other image, and reads what Docker pulls", () => {
    assert.deepEqual(changes([deployment("docker.io/a/web:1")], [deployment("mirror.example/a/web:1")]), [
      "a/web 1 → 1 (web)",
    ]);
    const pulled = (name: string) => resource("docker:index/remoteImage:RemoteImage", "images-web", { name });
    const container = resource("docker:index/container:Container", "web", { image: DIGEST });
    assert.deepEqual(changes([pulled("a/web:1"), container], [pulled("a/web:2"), container]), [
      "a/web 1 → 2 (images-web)",
    ]);
  });
});

/** What the mocks record, as a preview would tell it. */
function told({ type, name, inputs }: Registered): Resource {
  const plain: { [key: string]: Json } = JSON.parse(JSON.stringify(inputs));
  return resource(type, name, plain);
}

describe("reviews, cost", () => {
  const edge = resource("kubernetes:core/v1:Service", "gateway-public", { spec: { type: "LoadBalancer" } });
  const resourcesOf = async (settings: Readonly<Record<string, unknown>>): Promise<Resource[]> => {
    const { resources } = await recordAws({ settings, and: everything });
    return [...resources.map(told), edge];
  };
  const GPU = { nodes: { gpu: [{ name: "gpu", zones: ["a"], min: 1 }] } };
  const BOUGHT = { managed: { postgres: true, redis: true } };

  for (const [what, settings] of Object.entries({
    "the default settings": BOUGHT,
    "a pool with GPUs": { ...BOUGHT, ...GPU },
    "a NAT gateway per zone": { ...BOUGHT, network: { nat: "per-zone" } },
    "no way out": { ...BOUGHT, network: { nat: "none", endpoints: "all" } },
  }))
    it(`is read from resources as it is from settings: ${what}`, async () => {
      const { cost } = factsOf(preview({ after: await resourcesOf(settings) }));
      const sums = sumsOf(costOfSettings(awsWith(settings)));
      assert.ok(cost !== undefined);
      assert.deepEqual(cost.notPriced, []);
      assert.ok(
        Math.abs(cost.after.least - sums.rest * HOURS) < 0.01,
        `${cost.after.least} ${sums.rest * HOURS}`,
      );
      assert.ok(Math.abs(cost.after.most - sums.fullWithGpu * HOURS) < 0.01);
    });

  it("is a difference, and says what has no price", () => {
    const group = (type: string) =>
      resource("aws:eks/nodeGroup:NodeGroup", "nodes-gpu-a", {
        instanceTypes: [type],
        scalingConfig: { minSize: 1, maxSize: 2 },
        diskSize: 100,
      });
    const { cost } = factsOf(preview({ before: [group("g6.xlarge")], after: [group("x9.large")] }));
    assert.deepEqual(cost?.notPriced, ["machine x9.large"]);
    assert.deepEqual(
      cost?.lines.map(
        (line) => `${line.what}: ${line.before.most.toFixed(2)} → ${line.after.most.toFixed(2)}`,
      ),
      ["machine g6.xlarge: 1175.01 → 0.00"],
    );
  });

  it("is nothing where nothing is rented", () => {
    assert.equal(
      factsOf(preview({ after: [resource("docker:index/volume:Volume", "data")] })).cost,
      undefined,
    );
  });
});
