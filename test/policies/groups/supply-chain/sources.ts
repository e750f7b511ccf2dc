import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const repository = "aws:ecr/repository:Repository";
const image = "docker:index/image:Image";
const release = "kubernetes:helm.sh/v3:Release";
const chart = "kubernetes:helm.sh/v4:Chart";

const ecr: Cases = {
  rule: "sc-05-ecr-immutable-scanned",
  good: {
    type: repository,
    props: { imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: true } },
  },
  bad: {
    type: repository,
    props: { imageTagMutability: "MUTABLE", imageScanningConfiguration: { scanOnPush: true } },
  },
  unknown: {
    type: repository,
    props: { imageTagMutability: UNKNOWN, imageScanningConfiguration: { scanOnPush: true } },
  },
  unknownIs: "cannot tell",
  missing: { type: repository, props: {} },
  missingIs: "violation",
  canary: { type: repository, props: { name: CANARY, imageTagMutability: CANARY } },
  sibling: {
    type: "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
    props: { imageTagMutability: "MUTABLE" },
  },
  more: [
    {
      name: "nobody scans",
      is: "violation",
      of: { type: repository, props: { imageTagMutability: "IMMUTABLE" } },
    },
    {
      name: "a template does not scan itself",
      is: "fine",
      of: {
        type: "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
        props: { imageTagMutability: "IMMUTABLE" },
      },
    },
  ],
};

const built = (build: object): Fixture => ({ type: image, props: { imageName: "web", build: { ...build } } });

const builds: Cases = {
  rule: "sc-06-build-inputs",
  good: built({ context: "./web", platform: "linux/amd64", args: { VERSION: "1.2" } }),
  bad: built({ context: "./web", platform: "linux/amd64", args: { NPM_TOKEN: "q1w2e3r4" } }),
  unknown: built({ context: "./web", platform: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: { type: image, props: { imageName: "web" } },
  missingIs: "violation",
  canary: built({ context: `https://example.com/${CANARY}.git`, platform: "linux/amd64" }),
  sibling: {
    type: "docker:index/remoteImage:RemoteImage",
    props: { name: "web", build: { context: ".", platform: "linux/amd64", buildArgs: { API_KEY: UNKNOWN } } },
  },
  more: [
    {
      name: "a folder of somebody else's",
      is: "violation",
      of: {
        type: "docker:index/registryImage:RegistryImage",
        props: { build: { context: ".", remoteContext: "github.com/acme/web", platform: "linux/amd64" } },
      },
    },
    {
      name: "the newer builder",
      is: "violation",
      of: { type: "docker-build:index:Image", props: { context: { location: "." } } },
    },
    {
      name: "the newer builder, with platforms",
      is: "fine",
      of: {
        type: "docker-build:index:Image",
        props: { context: { location: "." }, platforms: ["linux/amd64"] },
      },
    },
    {
      name: "an image that is pulled",
      is: "fine",
      of: { type: "docker:index/remoteImage:RemoteImage", props: {} },
    },
    {
      name: "a secret inside of an argument",
      is: "violation",
      of: built({
        context: ".",
        platform: "linux/amd64",
        args: { INDEX: "https://me:jh7Gd0qp@pypi.example.com" },
      }),
    },
  ],
};

const charts: Cases = {
  rule: "sc-07-chart-pinned",
  good: { type: chart, props: { chart: "./charts/db" } },
  bad: {
    type: release,
    props: { chart: "postgresql", repositoryOpts: { repo: "http://charts.example.com" }, version: "1.2.3" },
  },
  unknown: { type: chart, props: { chart: "./db", repositoryOpts: { repo: UNKNOWN }, version: "1.2.3" } },
  unknownIs: "cannot tell",
  missing: { type: release, props: { chart: "oci://registry.k8s.io/nfd/charts/node-feature-discovery" } },
  missingIs: "violation",
  canary: { type: release, props: { chart: "db", version: CANARY, values: { password: CANARY } } },
  sibling: {
    type: "kubernetes:helm.sh/v3:Chart",
    props: { chart: "db", version: "^16.0.0", fetchOpts: { repo: "https://charts.example.com" } },
  },
  more: [
    {
      name: "a range of versions",
      is: "violation",
      of: { type: chart, props: { chart: "oci://registry.k8s.io/nfd/charts/nfd", version: "^0.17.0" } },
    },
    {
      name: "an exact version from the list",
      is: "fine",
      of: { type: chart, props: { chart: "oci://registry.k8s.io/nfd/charts/nfd", version: "0.17.3" } },
    },
    {
      name: "from nowhere on the list",
      is: "violation",
      of: { type: chart, props: { chart: "oci://ghcr.io/acme/charts/db", version: "16.0.7" } },
    },
    {
      name: "a component that does not tell what it holds",
      is: "cannot tell",
      of: { type: "kubernetes:helm.sh/v3:Chart", props: {} },
    },
    {
      name: "an archive that is checked in",
      is: "fine",
      of: { type: release, props: { chart: "./db-1.2.3.tgz" } },
    },
    {
      name: "an archive of somebody else's",
      is: "violation",
      of: { type: release, props: { chart: "http://example.com/db-1.2.3.tgz" } },
    },
  ],
};

const cluster = "aws:eks/cluster:Cluster";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
const rds = "aws:rds/instance:Instance";

const versions: Cases = {
  rule: "sc-08-supported-versions",
  good: [
    { type: cluster, name: "main", props: { name: "main", version: "1.36" } },
    { type: nodeGroup, name: "nodes", props: { clusterName: "main", version: "1.36" } },
    { type: rds, name: "db", props: { engine: "postgres", engineVersion: "17.6" } },
  ],
  bad: { type: cluster, props: { version: "1.29" } },
  unknown: { type: cluster, props: { version: UNKNOWN } },
  unknownIs: "fine",
  missing: { type: cluster, props: {} },
  missingIs: "violation",
  canary: { type: rds, props: { engine: "postgres", engineVersion: "12.1", password: CANARY } },
  sibling: { type: "aws:rds/cluster:Cluster", props: { engine: "aurora-postgresql", engineVersion: "11.9" } },
  more: [
    {
      name: "nodes older than their cluster, joined by name",
      is: "violation",
      of: [
        { type: cluster, name: "main", props: { name: "main", version: "1.36" } },
        { type: nodeGroup, name: "nodes", props: { clusterName: "main", version: "1.35" } },
      ],
    },
    {
      name: "nodes older than their cluster, joined by what they take from it",
      is: "violation",
      of: [
        { type: cluster, name: "main", props: { version: "1.36" } },
        {
          type: nodeGroup,
          name: "nodes",
          props: { clusterName: UNKNOWN, version: "1.35" },
          dependsOn: { clusterName: ["main"] },
        },
      ],
    },
    {
      name: "an engine that nobody listed",
      is: "fine",
      of: { type: rds, props: { engine: "oracle-ee", engineVersion: "1" } },
    },
    {
      name: "a cache",
      is: "violation",
      of: {
        type: "aws:elasticache/replicationGroup:ReplicationGroup",
        props: { engine: "valkey", engineVersion: "6.0" },
      },
    },
    {
      name: "a replica takes the version of what it copies",
      is: "fine",
      of: { type: rds, props: { engine: "postgres", replicateSourceDb: "db" } },
    },
  ],
};

export const sourceCases: readonly Cases[] = [ecr, builds, charts, versions];
