import assert from "node:assert/strict";
import { awsProblems, awsSettings } from "../../components/config/aws";
import { EKS_VERSIONS } from "../../components/config/aws-network";
import { gpusOf } from "../../components/config/aws-gpus";
import { ConfigError } from "../../components/core/errors";
import { ADDON_VERSIONS, ADDONS } from "../../components/platforms/aws/addon-versions";
import { scopeOf } from "../../components/platforms/aws/settings";
import { awsWith } from "../support/aws-mocks";

const ROLE = "arn:aws:iam::123456789012:role/platform";
const NETWORK = {
  existing: {
    vpcId: "vpc-0123456789abcdef0",
    cidr: "10.10.0.0/16",
    privateSubnetIds: ["subnet-00000001", "subnet-00000002", "subnet-00000003"],
    dataSubnets: [1, 2, 3].map((n) => ({ id: `subnet-1000000${n}`, cidr: `10.10.${n}.0/24` })),
  },
};
const CLUSTER = {
  name: "shared",
  endpoint: "https://shared.example",
  certificateAuthority: "Y2E=",
  securityGroupId: "sg-00000001",
};
const pool = (more: object = {}) => ({ nodes: { gpu: [{ name: "gpu", ...more }] } });

/** Settings that are refused: at which path, and what is said. */
const REFUSED: readonly [settings: object, path: string, message: RegExp][] = [
  [{ accountId: "12345" }, "accountId", /12 digits/],
  [{ region: "cn-north-1" }, "region", /standard partition/],
  [{ zones: ["a", "a", "b"] }, "zones", /three different letters/],
  [{ zones: ["a", "b"] }, "zones", /./],
  [{ name: "Semblance" }, "name", /lower-case/],
  [{ tags: { "aws:x": "y" } }, "tags.aws:x", /./],
  [{ dataProtection: "none" }, "dataProtection", /./],
  [{ network: { cidr: "10.64.0.1/16" } }, "network.cidr", /host bits are 0/],
  [{ network: { cidr: "10.64.0.0/24" } }, "network.cidr", /\/16 to \/20/],
  [{ network: { nat: "none" } }, "network.endpoints", /all, since network\.nat is none/],
  [{ network: { flowLogDays: 91 } }, "network.flowLogDays", /./],
  [{ network: { existing: { ...NETWORK.existing, vpcId: "vpc" } } }, "network.existing.vpcId", /vpc-0123/],
  [{ cluster: { version: "1.34" } }, "cluster.version", /./],
  [{ cluster: { publicCidrs: ["0.0.0.0/0"] } }, "cluster.publicCidrs", /not for everybody/],
  [{ cluster: { serviceCidr: "10.64.0.0/20" } }, "cluster.serviceCidr", /does not overlap/],
  [{ cluster: { administrators: ["root"] } }, "cluster.administrators.0", /ARN of an IAM role or user/],
  [
    { cluster: { groups: [{ principal: ROLE, groups: ["system:masters"] }] } },
    "cluster.groups.0.groups.0",
    /system:/,
  ],
  [{ cluster: { existing: CLUSTER } }, "network.existing", /VPC of the cluster/],
  [{ ...pool(), network: NETWORK, cluster: { existing: CLUSTER } }, "nodes.gpu", /whose cluster it is/],
  [{ edge: { scheme: "internet-facing" } }, "edge.cidrs", /at least one range/],
  [
    { network: NETWORK, edge: { scheme: "internet-facing", cidrs: ["0.0.0.0/0"] } },
    "network.existing.publicSubnetIds",
    /two subnets/,
  ],
  [{ nodes: { system: { min: 0 } } }, "nodes.system.min", /autoscaler itself/],
  [{ nodes: { general: { min: 5 } } }, "nodes.general.max", /at least 5/],
  [{ nodes: { ami: "AL2_x86_64" } }, "nodes.ami", /./],
  [pool({ name: "system" }), "nodes.gpu.0.name", /pools already/],
  [pool({ max: 0 }), "nodes.gpu.0.max", /at least 1/],
  [pool({ min: 3 }), "nodes.gpu.0.max", /at least 3/],
  [pool({ instanceTypes: ["m7i.large"] }), "nodes.gpu.0.instanceTypes", /NVIDIA GPUs/],
  [pool({ instanceTypes: ["g6.xlarge", "g6.12xlarge"] }), "nodes.gpu.0.instanceTypes", /same number of GPUs/],
  [pool({ instanceTypes: ["g5g.xlarge"] }), "nodes.gpu.0.ami", /ARM_64 for g5g/],
  [pool({ ami: "AL2023_ARM_64_NVIDIA" }), "nodes.gpu.0.ami", /ARM_64 for g5g/],
  [pool({ zones: ["d"] }), "nodes.gpu.0.zones", /some of a, b, c/],
  [{ nodes: { gpu: [{ name: "one" }, { name: "one" }] } }, "nodes.gpu.1.name", /no other pool has/],
  [{ postgres: { storageGiB: 100, maxStorageGiB: 105 } }, "postgres.maxStorageGiB", /at least 11[01]/],
  [{ postgres: { backupDays: 0 } }, "postgres.backupDays", /./],
  [{ redis: { nodes: 1 } }, "redis.nodes", /./],
  [{ nat: "one" }, "", /./],
];

describe("AWS, settings", () => {
  it("have a default for all but what is one's own", () => {
    const settings = awsSettings.parse({});
    assert.equal(settings.accountId, undefined);
    assert.equal(settings.managed.s3, true);
    assert.equal(settings.dataProtection, "protect");
    assert.deepEqual(settings.cluster.publicCidrs, []);
  });

  for (const [settings, path, message] of REFUSED)
    it(`refuse ${JSON.stringify(settings).slice(0, 70)} at ${path || "the top"}`, () => {
      const { success, error } = awsSettings.safeParse(settings);
      assert.ok(!success, "accepted");
      const found = error.issues.find((issue) => issue.path.join(".") === path);
      assert.ok(found, JSON.stringify(error.issues));
      assert.match(found.message, message);
    });

  it("take every alternative that is offered", () => {
    const taken: object[] = [
      { network: { nat: "none", endpoints: "all" } },
      { network: { nat: "per-zone" } },
      { network: NETWORK, cluster: { existing: CLUSTER } },
      { cluster: { version: "1.35", publicCidrs: ["203.0.113.0/24"], operatorCidrs: ["10.9.0.0/16"] } },
      { edge: { scheme: "internet-facing", cidrs: ["0.0.0.0/0"] } },
      pool({
        instanceTypes: ["g5g.xlarge"],
        ami: "BOTTLEROCKET_ARM_64_NVIDIA",
        capacity: "spot",
        zones: ["b"],
      }),
      pool({ instanceTypes: ["g6.xlarge", "g5.xlarge"], ami: "AL2023_x86_64_NVIDIA", taint: false }),
      { managed: { s3: false, postgres: true, redis: true }, dataProtection: "keep" },
    ];
    for (const settings of taken) {
      const { success, error } = awsSettings.safeParse(settings);
      assert.ok(success, JSON.stringify(error?.issues));
    }
  });

  it("take numbers where a command has made them out of texts", () => {
    const settings = awsSettings.parse({
      accountId: 123456789012,
      cluster: { version: 1.35 },
      postgres: { version: 16 },
    });
    assert.deepEqual(
      [settings.accountId, settings.cluster.version, settings.postgres.version],
      ["123456789012", "1.35", "16"],
    );
  });

  it("say what a stack that really runs on AWS lacks, and the command that mends it", () => {
    assert.throws(
      () => scopeOf("prod", awsSettings.parse({}), { strategy: "none" }),
      (error: Error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, /2 problems; nothing was changed/);
        assert.match(
          error.message,
          /aws\.accountId: found nothing; allowed: the 12 digits.*fix: pulumi config set --path 'settings\.aws\.accountId' 123456789012 --type string/,
        );
        assert.match(
          error.message,
          /aws\.cluster\.administrators\[0\]: found nothing; .*or nobody can use the cluster/,
        );
        return true;
      },
    );
    assert.deepEqual(scopeOf("prod", awsWith(), { strategy: "none" }), {
      prefix: "semblance-prod",
      region: "us-east-1",
      accountId: "123456789012",
    });
  });

  it("refuse pools that cannot share their GPUs as the workloads expect", () => {
    const al2023 = awsWith(pool({ ami: "AL2023_x86_64_NVIDIA" }));
    const path = "aws.nodes.gpu[0].ami";
    assert.deepEqual(awsProblems(al2023, { strategy: "time-slicing", replicas: 4 }), []);
    assert.equal(awsProblems(al2023, { strategy: "mps", replicas: 4 })[0]?.path, path);
    const mig = { strategy: "mig", gpu: "h100-80gb", profile: "1g.10gb" } as const;
    assert.equal(awsProblems(al2023, mig)[0]?.path, path);
    assert.match(
      awsProblems(awsWith(pool()), mig)[0]?.allowed ?? "",
      /types with h100-80gb.*g6\.xlarge has another/,
    );
    assert.deepEqual(awsProblems(awsWith(pool({ instanceTypes: ["p5.48xlarge"] })), mig), []);
  });

  it("offer versions that AWS supports for months to come, each with all add-ons pinned", () => {
    for (const [version, end] of Object.entries(EKS_VERSIONS)) {
      const months = (Date.parse(end) - Date.parse("2026-11-23")) / (30 * 86_400_000);
      assert.ok(months > 3, `${version} ends on ${end}`);
    }
    for (const versions of Object.values(ADDON_VERSIONS))
      for (const addon of ADDONS) assert.match(versions[addon], /^v\d+\.\d+\.\d+-eksbuild\.\d+$/, addon);
    for (const version of ["1.35", "1.36"] as const)
      assert.match(ADDON_VERSIONS[version]["kube-proxy"], new RegExp(`^v${version.replace(".", "\\.")}\\.`));
  });

  it("know how many GPUs a machine has", () => {
    assert.equal(gpusOf("g6.xlarge"), 1);
    assert.equal(gpusOf("p5.48xlarge"), 8);
    assert.equal(gpusOf("m7i.large"), undefined);
  });
});
