import assert from "node:assert/strict";
import { parseSettings } from "../../components/config/schema";
import { ConfigError } from "../../components/core/errors";

/** The line about the one thing that is wrong with the Kubernetes part of a configuration. */
function refusal(kubernetes: object): string {
  try {
    parseSettings({ kubernetes }, []);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    const [, line = "", ...others] = error.message.split("\n");
    assert.deepEqual(others, []);
    return line.replace(/^ {2}- kubernetes\./, "");
  }
  return "";
}
const set = (key: string, value: string) =>
  `fix: pulumi config set --path 'settings.kubernetes.${key}' ${value}`;
const remove = (key: string) => `fix: pulumi config rm --path 'settings.kubernetes.${key}'`;

describe("the Kubernetes part of the configuration", () => {
  it("is complete when nothing is set, and gives nobody a role and nothing away", () => {
    const { kubernetes } = parseSettings({}, []);
    assert.deepEqual(kubernetes, {
      version: "v1.34",
      pullSecrets: [],
      gateway: {
        type: "LoadBalancer",
        annotations: {},
        sourceRanges: [],
        nodeRanges: [],
        certificate: "stack",
      },
      rbac: { platformAdmin: [], operator: [], annotatorLead: [], viewer: [] },
      quotas: { headroomPercent: 25 },
      egressExcept: [],
      gpuSharing: { strategy: "none" },
      autoscaling: { maxReplicas: 1, minReplicas: 1, cpuPercent: 70 },
    });
  });

  const ranges = "allowed: a list of IPv4 ranges in CIDR notation whose host bits are 0";
  const certificate = "stack | {certManager: {issuer, kind}} | {acm: ARN of a certificate}";
  const wrong: readonly (readonly [object, string])[] = [
    [
      { version: "1.34" },
      `version: found "1.34"; allowed: a version of Kubernetes, such as v1.34; ${set("version", "v1.34")}`,
    ],
    [
      { rbac: { viewer: ["system:authenticated"] } },
      `rbac.viewer: found ["system:authenticated"]; allowed: a list of names of groups, none of which starts with system:; ${remove("rbac.viewer")}`,
    ],
    [
      { gateway: { sourceRanges: ["10.0.0.1/8"] } },
      `gateway.sourceRanges: found ["10.0.0.1/8"]; ${ranges}; ${remove("gateway.sourceRanges")}`,
    ],
    [
      { gateway: { certificate: "letsencrypt" } },
      `gateway.certificate: found "letsencrypt"; allowed: ${certificate}; ${set("gateway.certificate", "stack")}`,
    ],
    [
      { gpuSharing: { strategy: "mps" } },
      `gpuSharing.replicas: found nothing; allowed: a value of type number; ${set("gpuSharing.replicas", "4")}`,
    ],
    [
      { gpuSharing: { strategy: "mig", gpu: "t4", profile: "1g.5gb" } },
      `gpuSharing.gpu: found "t4"; allowed: a30-24gb | a100-40gb | a100-80gb | h100-80gb | h200-141gb | b200-180gb; ${set("gpuSharing.gpu", "a100-40gb")}`,
    ],
    [
      { gpuSharing: { strategy: "mig", gpu: "a100-40gb", profile: "1g.6gb" } },
      `gpuSharing.profile: found "1g.6gb"; allowed: 1g.5gb | 1g.10gb | 2g.10gb | 3g.20gb | 4g.20gb | 7g.40gb; ${set("gpuSharing.profile", "1g.5gb")}`,
    ],
    [
      { autoscaling: { minReplicas: 3, maxReplicas: 2 } },
      `autoscaling.minReplicas: found 3; allowed: at most autoscaling.maxReplicas; ${set("autoscaling.minReplicas", "1")}`,
    ],
    [
      { pullSecrets: ["Registry"] },
      `pullSecrets: found ["Registry"]; allowed: a list of names of Secrets; ${remove("pullSecrets")}`,
    ],
    [
      { storageClass: "GP 3" },
      `storageClass: found "GP 3"; allowed: the name of a Kubernetes object; ${set("storageClass", "gp3")}`,
    ],
  ];
  for (const [found, line] of wrong)
    it(`tells what is wrong with ${JSON.stringify(found)}`, () => assert.equal(refusal(found), line));

  it("takes each way to a certificate", () => {
    const arn = "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef";
    for (const one of ["stack", { acm: arn }, { certManager: { issuer: "letsencrypt" } }])
      assert.equal(refusal({ gateway: { certificate: one } }), "");
  });
});
