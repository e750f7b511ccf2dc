import assert from "node:assert/strict";
import { imageNames } from "../../components/images";
import { stagesOf } from "../../toolchain/commands/images";
import { UserError } from "../../toolchain/errors";

const choice = { elasticsearch: { engine: "opensearch" }, ollama: { gpu: "none" } } as const;
const full = { profile: "full", development: false, ...choice } as const;
const none = { missing: [], absent: new Map(), running: [] } as const;

describe("stages of up", () => {
  it("are one where all images are there", () => {
    const [only, ...more] = stagesOf(full, none);
    assert.deepEqual(more, []);
    assert.ok(only.images.includes("loki") && !only.images.includes("pgweb"));
    assert.equal(only.absent.size, 0);
  });

  it("are the core first and the rest after it where the rest is missing", () => {
    const [first, second] = stagesOf(full, { ...none, missing: ["redis", "loki", "jaeger"] });
    assert.ok(first.images.includes("redis") && first.images.includes("weaviate"));
    assert.ok(!first.images.includes("loki"));
    assert.deepEqual([...first.absent.keys()], ["loki", "jaeger"]);
    assert.ok(second?.images.includes("loki") && second.absent.size === 0);
  });

  it("are one for the core, whatever is missing", () => {
    const stages = stagesOf(
      { profile: "core", development: false, ...choice },
      { ...none, missing: imageNames },
    );
    assert.equal(stages.length, 1);
    assert.ok(!stages[0].images.includes("loki"));
  });

  it("get the program that stands behind the name of Elasticsearch, and not the other", () => {
    const names = (engine: "elasticsearch" | "opensearch") =>
      stagesOf({ ...full, elasticsearch: { engine } }, none)[0].images;
    assert.ok(names("opensearch").includes("opensearch") && !names("opensearch").includes("elasticsearch"));
    assert.ok(
      names("elasticsearch").includes("elasticsearch") && !names("elasticsearch").includes("opensearch"),
    );
  });

  it("get the image of Ollama that computes where the settings say, and not the other", () => {
    const names = (gpu: "none" | "nvidia") => stagesOf({ ...full, ollama: { gpu } }, none)[0].images;
    assert.ok(names("nvidia").includes("ollama-gpu") && !names("nvidia").includes("ollama"));
    assert.ok(names("none").includes("ollama") && !names("none").includes("ollama-gpu"));
  });

  it("are one where a member that runs needs a new image: it is not taken down for that", () => {
    const stages = stagesOf(full, { ...none, missing: ["loki", "jaeger"], running: ["loki"] });
    assert.equal(stages.length, 1);
  });

  it("leave out what is not to be had, and say why", () => {
    const absent = new Map([["grafana", "no registry"]] as const);
    const [only] = stagesOf(full, { ...none, absent });
    assert.ok(!only.images.includes("grafana"));
    assert.equal(only.absent.get("grafana"), "no registry");
  });

  it("end with an error where the image of a running member is gone, before anything is touched", () => {
    const absent = new Map([["grafana", "no registry"]] as const);
    assert.throws(
      () => stagesOf(full, { ...none, absent, running: ["grafana"] }),
      (error) =>
        error instanceof UserError && /grafana is part of the stack[\s\S]*no registry/.test(error.message),
    );
  });
});
