import assert from "node:assert/strict";
import { containerExporterSpec } from "../../components/services/container-exporter";
import { CANARY } from "../support/mocks";
import { fileOf, leaf, login, trust } from "../support/samples";

const spec = containerExporterSpec({
  leaf,
  trust,
  listen: ["10.89.0.2", "10.89.0.10"],
  scrape: login("prometheus"),
  stack: "dev",
});

describe("The container exporter's spec", () => {
  it("measures one stack, from what it is shown of the machine, and is root for no more than that", () => {
    assert.ok(spec.command.includes("--stack=dev"));
    assert.ok(spec.command.includes("--path.containers=/host/containers"));
    assert.ok(spec.command.includes("--path.cgroups=/host/cgroup"));
    assert.deepEqual(spec.user, { uid: 0, gid: 0 });
    assert.deepEqual(spec.views, ["cgroups", "container-logs"]);
    assert.equal(spec.capabilities, undefined);
    assert.equal(spec.writable, undefined);
    assert.deepEqual(spec.uses, []);
  });

  it("listens on each address that it is given", () => {
    const listening = spec.command.filter((word) => word.startsWith("--web.listen-address="));
    assert.deepEqual(listening, [
      "--web.listen-address=10.89.0.2:9104",
      "--web.listen-address=10.89.0.10:9104",
    ]);
    assert.equal(spec.ports.metrics.number, 9104);
  });

  it("lets in Prometheus, by a hash of its password", async () => {
    const web = JSON.parse(await fileOf(spec, "/etc/semblance/web.yml")) as Record<string, object>;
    assert.deepEqual(Object.keys(web["basic_auth_users"] ?? {}), ["prometheus"]);
    assert.ok(!spec.command.join(" ").includes(CANARY));
  });
});
