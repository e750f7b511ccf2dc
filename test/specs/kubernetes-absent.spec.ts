import assert from "node:assert/strict";
import { absentOnKubernetes } from "../../components/platforms/kubernetes/absent";
import { LABEL } from "../../components/platforms/kubernetes/names";
import { memberNames, type ServiceName } from "../../components/topology";
import { kubernetesProgram } from "../support/kubernetes-program";

const absent = memberNames.filter((name): name is ServiceName => name in absentOnKubernetes);

describe("what a cluster does not have", () => {
  it("has a reason, with what serves instead", () => {
    assert.deepEqual(absent, ["container-exporter"]);
    assert.match(absentOnKubernetes["container-exporter"] ?? "", /token.*kubectl top/s);
  });

  it("leaves no alert, no panel and no scrape behind", async () => {
    const { manifests } = await kubernetesProgram({ profile: "full", development: true, absent });
    assert.ok(!manifests.some(({ labels }) => absent.some((name) => labels[LABEL.name] === name)));
    const told = ["prometheus-files", "grafana-files"].map((files) =>
      manifests.filter(({ name }) => name === files).flatMap(({ kind, object }) => textsIn(kind, object)),
    );
    for (const texts of told) {
      assert.match(texts.join(), /system_filesystem_usage_bytes/, "what the machines are watched by");
      assert.doesNotMatch(texts.join(), /container-exporter|container_(memory|cpu|oom|restarts|healthy)/);
    }
  });
});

/** What a Secret or a ConfigMap holds. */
function textsIn(kind: string, { data }: Readonly<Record<string, unknown>>): string[] {
  const texts = Object.values(data as Readonly<Record<string, string>>);
  return kind === "Secret" ? texts.map((text) => Buffer.from(text, "base64").toString()) : texts;
}
