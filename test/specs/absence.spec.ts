import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { absentMembers } from "../../components/built-images";
import { imageNames } from "../../components/images";
import { imagesOf, possibleImagesOf } from "../../components/member-images";
import { memberNames, membersOf, type ServiceName } from "../../components/topology";
import { writeAbsent } from "../../toolchain/images";
import { recordedProgram } from "../support/recorded-program";

/** Members of the full profile that an image may be missing for. */
const without = (image: (typeof imageNames)[number]): ServiceName[] =>
  memberNames.filter((member) => possibleImagesOf(member).includes(image));

const core = imagesOf(membersOf({ profile: "core", development: false }));

describe("absence", () => {
  it("is told of the members that run an image, whichever of two they may run", () => {
    const folder = mkdtempSync(join(tmpdir(), "absence-"));
    mkdirSync(join(folder, ".semblance"));
    writeFileSync(
      join(folder, ".semblance", "absent.json"),
      '{"opensearch":"later","ollama-gpu":"soon","loki":"no"}',
    );
    const found = absentMembers(folder);
    rmSync(folder, { recursive: true });
    assert.deepEqual(found, {
      elasticsearch: "later",
      "elasticsearch-setup": "later",
      ollama: "soon",
      "ollama-setup": "soon",
      loki: "no",
    });
  });

  it("is noted of the images that were looked for; of others it stays as it was", async () => {
    const folder = mkdtempSync(join(tmpdir(), "absence-"));
    const noted = (): unknown => JSON.parse(readFileSync(join(folder, "absent.json"), "utf8"));
    await writeAbsent(folder, ["grafana", "loki"], new Map([["grafana", "no registry"]]));
    await writeAbsent(folder, ["postgres", "loki"], new Map([["loki", "later"]]));
    assert.deepEqual(noted(), { grafana: "no registry", loki: "later" });
    await writeAbsent(folder, ["grafana", "loki"], new Map());
    assert.deepEqual(noted(), {});
    rmSync(folder, { recursive: true });
  });

  for (const image of imageNames.filter((name) => !core.includes(name))) {
    it(`of ${image} leaves a platform that hangs together`, async function () {
      this.timeout(20_000);
      const choice = { profile: "full", development: true, absent: without(image) } as const;
      const { present, workloads } = await recordedProgram(choice);
      assert.ok(!without(image).some((member) => present.has(member)));
      const run = new Set(workloads.map(({ member }) => member));
      assert.deepEqual([...run].sort(), [...present].sort(), "what runs is what is present");
      for (const { member, uses } of workloads)
        for (const { server } of uses) assert.ok(present.has(server), `${member} uses ${server}`);
    });
  }
});
