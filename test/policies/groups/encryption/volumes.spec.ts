import assert from "node:assert/strict";
import { Report } from "../../../../policies/core/rule";
import { volumesAttested } from "../../../../policies/rules/encryption/volumes";

const faults = (attested: readonly string[], attestedBy: readonly string[]): number => {
  const volume = {
    type: "docker:index/volume:Volume",
    name: "redis-data",
    urn: "urn:redis-data",
    props: {},
    protect: true,
    provider: {},
    dependencies: [],
    propertyDependencies: {},
  };
  const report = new Report(volumesAttested, { attested, attestedBy }, volume);
  if (volumesAttested.kind === "resource") volumesAttested.check(volume, report);
  return report.findings.length;
};

describe("policies: an attestation of a disk", () => {
  it("names the volume, and who answers for the disk below it", () => {
    assert.equal(faults(["redis-data"], ["operations: LUKS"]), 0);
    assert.equal(faults(["redis-*"], ["operations: LUKS"]), 0);
    assert.equal(faults(["postgres-data"], ["operations: LUKS"]), 1);
    assert.equal(faults(["redis-data"], []), 1);
  });
  it("is of no volume when it is of all", () => {
    assert.equal(faults(["*"], ["operations: LUKS"]), 1);
    assert.equal(faults(["**"], ["operations: LUKS"]), 1);
  });
});
