import assert from "node:assert/strict";
import type { JobSpec, WorkloadSpec } from "../../components/core/workload";
import { CANARY } from "../support/mocks";
import { CLUSTER_IP, manifestsOf, onKubernetes } from "../support/kubernetes-program";
import { connection, jobSpec, login, serverSpec as smallest } from "../support/samples";

/** The smallest server, whatever its ports are called. */
const serverSpec: WorkloadSpec = smallest;

async function job(spec: Partial<JobSpec> = {}) {
  const { resources } = await onKubernetes((platform, parent) => {
    platform.runOnce("minio-setup", "minio-x-setup", { ...jobSpec, ...spec }, parent);
  });
  const [found, ...others] = manifestsOf(resources).filter(({ kind }) => kind === "Job");
  assert.ok(found && others.length === 0);
  return found;
}

interface Spec {
  readonly [key: string]: unknown;
  readonly template: {
    readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
    readonly spec: Readonly<Record<string, unknown>>;
  };
}
const specOf = ({ object }: { object: Readonly<Record<string, unknown>> }) => object["spec"] as Spec;

describe("job on Kubernetes", () => {
  it("has a name that stays, a limit, some attempts, and stays when it has ended", async () => {
    const one = await job();
    assert.deepEqual([one.name, one.namespace], ["minio-x-setup", "semblance-dev-data"]);
    const { backoffLimit, activeDeadlineSeconds, ttlSecondsAfterFinished, template } = specOf(one);
    assert.deepEqual([backoffLimit, activeDeadlineSeconds, ttlSecondsAfterFinished], [3, 960, undefined]);
    assert.equal(template.spec["restartPolicy"], "Never", "each attempt keeps its log");
    assert.equal(template.spec["serviceAccountName"], "minio-setup");
    assert.equal(one.resource.deleteBeforeReplace, true);
    assert.equal(one.labels["app.kubernetes.io/component"], "minio-x-setup");
  });

  it("is another one when a value changes on which it depends, without telling the value", async () => {
    const rerun = async (value: string) => {
      const one = await job({ rerunOn: ["fixed", login(value).password.unwrap()] });
      assert.ok(!JSON.stringify(one.object).includes(CANARY));
      assert.deepEqual(one.resource.secretInputs, []);
      return specOf(one).template.metadata.annotations["semblance-curation/rerun"];
    };
    assert.equal(await rerun("a"), await rerun("a"));
    assert.notEqual(await rerun("a"), await rerun("b"));
  });

  it("that dials a public name inside knows where it leads", async () => {
    const { resources } = await onKubernetes((platform, parent) => {
      const spec = { ...serverSpec, aliases: ["s3.lab.example"], ports: { s3: { number: 8443 } } };
      const server = platform.run("minio", spec, parent);
      const to = (host: string) => ({ ...connection("minio", "s3"), address: { host, port: 8443 } });
      platform.runOnce("minio-setup", "a", { ...jobSpec, uses: [to("s3.lab.example")] }, parent);
      platform.runOnce("minio-setup", "b", { ...jobSpec, uses: [to(server.address("s3").host)] }, parent);
      const nobody = { ...jobSpec, uses: [to("s3.other.example")] };
      assert.throws(
        () => platform.runOnce("minio-setup", "c", nobody, parent),
        /c dials minio as s3\.other\.example.*\(s3\.lab\.example\)/,
      );
    });
    const hosts = manifestsOf(resources)
      .filter(({ kind }) => kind === "Job")
      .map((one) => [one.name, specOf(one).template.spec["hostAliases"]] as const);
    assert.deepEqual(Object.fromEntries(hosts), {
      a: [{ ip: CLUSTER_IP, hostnames: ["s3.lab.example"] }],
      b: undefined,
    });
  });
});
