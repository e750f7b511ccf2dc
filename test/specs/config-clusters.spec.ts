import assert from "node:assert/strict";
import { problems, set, unset } from "../support/config-problems";

const POOL = { name: "gpu", instanceTypes: ["g6.48xlarge"] };
const CLUSTERS = {
  kubernetes: { target: "kubernetes", images: { registry: "registry.example/x" } },
  aws: { target: "aws", aws: { nodes: { gpu: [POOL] } } },
} as const;

const MIG = { gpuSharing: { strategy: "mig", gpu: "h100-80gb", profile: "1g.10gb" } };

describe("the configuration of a cluster", () => {
  it("says where it finds the images of this project", () => {
    assert.match(
      problems({ target: "kubernetes" })[0] ?? "",
      /^images\.registry: found nothing; allowed: a registry that the cluster can pull from/,
    );
    assert.deepEqual(problems(CLUSTERS.kubernetes), []);
  });

  for (const [name, cluster] of Object.entries(CLUSTERS))
    describe(`with target ${name}`, () => {
      it("gives no slices of a GPU to what computes by Vulkan", () => {
        const ollama = { gpu: "nvidia" };
        const [line = "", ...more] = problems({ ...cluster, ollama, kubernetes: MIG });
        assert.match(
          line,
          /^ollama\.gpu: found "nvidia"; allowed: none with kubernetes\.gpuSharing\.strategy mig: /,
        );
        assert.deepEqual(more, []);
        assert.deepEqual(problems({ ...cluster, ollama }), []);
      });

      for (const service of ["ollama", "jupyter"])
        it(`gives no more than one share of a GPU to ${service}`, () => {
          const gpuSharing = { strategy: "time-slicing", replicas: 4 };
          const asking = (gpuCount: number, kubernetes = {}) =>
            problems({ ...cluster, [service]: { gpu: "nvidia", gpuCount }, kubernetes });
          assert.deepEqual(asking(2, { gpuSharing }), [
            `${service}.gpuCount: found 2; allowed: at most 1 with kubernetes.gpuSharing.strategy time-slicing; several whole GPUs need the strategy none; fix: ${set(`${service}.gpuCount`, "1")}`,
          ]);
          assert.deepEqual(asking(1, { gpuSharing }), []);
          assert.deepEqual(asking(8), [], "whole GPUs");
        });

      it("does not look at how many GPUs a service would have that has none", () => {
        const kubernetes = { gpuSharing: { strategy: "mps", replicas: 2 } };
        assert.deepEqual(problems({ ...cluster, jupyter: { gpuCount: 2 }, kubernetes }), []);
      });

      it("gives no more than one slice of a GPU to JupyterLab", () => {
        const [line = ""] = problems({
          ...cluster,
          jupyter: { gpu: "nvidia", gpuCount: 2 },
          kubernetes: MIG,
        });
        assert.match(line, /^jupyter\.gpuCount: found 2; allowed: at most 1 with .*strategy mig; .*fix: /);
      });
    });

  it("does not look at how a cluster would share GPUs where there is none", () => {
    const ollama = { gpu: "nvidia", gpuCount: 2 };
    assert.deepEqual(problems({ ollama, kubernetes: MIG }), []);
  });
});

describe("GPUs that services of a cluster in AWS ask for", () => {
  const pools = (...gpu: object[]) => ({ target: "aws", aws: { nodes: { gpu } } });
  const ollama = (gpuCount: number) => ({ ollama: { gpu: "nvidia", gpuCount } });

  it("are on one machine: more than any pool's has is refused, by the names of pools and types", () => {
    const settings = pools(
      { name: "small" },
      { name: "large", instanceTypes: ["g5.12xlarge", "g6.12xlarge"] },
    );
    assert.deepEqual(problems({ ...settings, ...ollama(5) }), [
      `ollama.gpuCount: found 5; allowed: at most 4, as many as one machine has: pool small (g6.xlarge) has 1, pool large (g5.12xlarge, g6.12xlarge) has 4; more need larger types in aws.nodes.gpu; fix: ${set("ollama.gpuCount", "4")}`,
    ]);
    assert.deepEqual(problems({ ...settings, ...ollama(4) }), []);
    assert.equal(problems({ ...settings, ...ollama(5), jupyter: { gpu: "nvidia", gpuCount: 6 } }).length, 2);
  });

  it("need a pool", () => {
    assert.deepEqual(problems({ ...pools(), ...ollama(1), jupyter: { gpu: "nvidia" } }), [
      `aws.nodes.gpu: found no pool; allowed: one or more, since ollama and jupyter asked for GPUs; fix: ${set("aws.nodes.gpu[0].name", "gpu")}`,
    ]);
  });

  it("are not looked at where nobody asks, where the nodes are not the stack's, or on another target", () => {
    assert.deepEqual(problems({ ...pools(), ollama: { gpuCount: 16 } }), []);
    const existing = {
      name: "theirs",
      endpoint: "https://api",
      certificateAuthority: "a",
      securityGroupId: "sg-12345678",
    };
    const network = {
      existing: {
        vpcId: "vpc-12345678",
        cidr: "10.0.0.0/16",
        privateSubnetIds: ["subnet-11111111", "subnet-22222222", "subnet-33333333"],
        dataSubnets: [1, 2, 3].map((i) => ({ id: `subnet-4444444${i}`, cidr: `10.0.${i}.0/24` })),
      },
    };
    assert.deepEqual(problems({ target: "aws", aws: { network, cluster: { existing } }, ...ollama(8) }), []);
    assert.deepEqual(problems({ ...CLUSTERS.kubernetes, ...ollama(16) }), []);
  });
});

describe("backups of a PostgreSQL that is bought", () => {
  const bought = { target: "aws", aws: { managed: { postgres: true } } };

  it("are no setting of the dumps, which there are not: each is refused, and RDS' own is named", () => {
    const line = (key: string, found: number) =>
      `backups.${key}: found ${found}; allowed: nothing where aws.managed.postgres is true: RDS has backups of its own, and aws.postgres.backupDays says for how many days; fix: ${unset(`backups.${key}`)}`;
    assert.deepEqual(problems({ ...bought, backups: { everyHours: 6, keep: 3 } }), [
      line("everyHours", 6),
      line("keep", 3),
    ]);
    assert.deepEqual(problems({ ...bought, backups: { keep: 7 } }), [line("keep", 7)], "a default, if said");
  });

  it("need no word where nothing is set", () => {
    assert.deepEqual(problems(bought), []);
    assert.deepEqual(problems({ ...bought, backups: {} }), []);
  });

  it("are settings of the dumps wherever PostgreSQL is the stack's own", () => {
    const backups = { everyHours: 6 };
    assert.deepEqual(problems({ target: "aws", backups }), []);
    assert.deepEqual(problems({ ...bought, target: "docker", backups }), []);
  });
});
