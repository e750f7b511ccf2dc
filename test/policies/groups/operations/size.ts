import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const app = { "app.kubernetes.io/name": "web" };
const spread = { topologySpreadConstraints: [{ topologyKey: "topology.kubernetes.io/zone" }] };

const web = (spec: object, pod: object = spread, type = "kubernetes:apps/v1:Deployment"): Fixture => ({
  type,
  name: "web",
  props: {
    metadata: { name: "web", namespace: "shop" },
    spec: { ...spec, template: { metadata: { labels: app }, spec: { ...pod } } },
  },
});
const budget = (spec: object, namespace = "shop"): Fixture => ({
  type: "kubernetes:policy/v1:PodDisruptionBudget",
  name: "budget",
  props: { metadata: { namespace }, spec: { selector: { matchLabels: app }, ...spec } },
});
const one = budget({ maxUnavailable: 1 });

const copies: Cases = {
  rule: "op-04-copies",
  good: [web({ replicas: 2 }), one],
  bad: [web({ replicas: 1 }), one],
  unknown: [web({ replicas: UNKNOWN }), one],
  unknownIs: "fine",
  missing: [web({}), one],
  missingIs: "violation",
  canary: { type: "kubernetes:apps/v1:Deployment", props: { metadata: { name: CANARY } } },
  sibling: [web({ replicas: 1 }, spread, "kubernetes:apps/v1beta2:StatefulSet"), one],
  more: [
    { name: "without a budget", is: "violation", of: web({ replicas: 2 }) },
    {
      name: "a budget of another namespace",
      is: "violation",
      of: [web({ replicas: 2 }), budget({ maxUnavailable: 1 }, "x")],
    },
    { name: "a budget of zero", is: "violation", of: [web({ replicas: 2 }), budget({ maxUnavailable: 0 })] },
    {
      name: "a budget that needs all",
      is: "violation",
      of: [web({ replicas: 2 }), budget({ minAvailable: 2 })],
    },
    {
      name: "a budget in percent",
      is: "violation",
      of: [web({ replicas: 2 }), budget({ minAvailable: "100%" })],
    },
    { name: "all on one node", is: "violation", of: [web({ replicas: 2 }, {}), one] },
    {
      name: "apart by affinity",
      is: "fine",
      of: [web({ replicas: 2 }, { affinity: { podAntiAffinity: { x: [] } } }), one],
    },
    ...([1, 2] as const).map((minReplicas) => ({
      name: `an autoscaler from ${minReplicas} on`,
      is: minReplicas === 1 ? ("violation" as const) : ("fine" as const),
      of: [
        web({}),
        one,
        {
          type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
          name: "scaler",
          props: {
            metadata: { namespace: "shop" },
            spec: { minReplicas, scaleTargetRef: { kind: "Deployment", name: "web" } },
          },
        },
      ],
    })),
  ],
};

const rds = "aws:rds/instance:Instance";

const zones: Cases = {
  rule: "op-05-several-zones",
  good: { type: rds, props: { multiAz: true } },
  bad: { type: rds, props: { multiAz: false } },
  unknown: { type: rds, props: { multiAz: UNKNOWN } },
  unknownIs: "cannot tell",
  missing: { type: rds, props: {} },
  missingIs: "violation",
  canary: { type: rds, props: { multiAz: CANARY } },
  sibling: {
    type: "aws:elasticsearch/domain:Domain",
    props: { clusterConfig: { zoneAwarenessEnabled: false } },
  },
  more: [
    {
      name: "a cache that does not fail over",
      is: "violation",
      of: { type: "aws:elasticache/replicationGroup:ReplicationGroup", props: { multiAzEnabled: true } },
    },
    { name: "a replica", is: "fine", of: { type: rds, props: { replicateSourceDb: "db" } } },
  ],
};

const group = (name: string, subnetIds: readonly string[], dependsOn?: Fixture["dependsOn"]): Fixture => ({
  type: "aws:eks/nodeGroup:NodeGroup",
  name,
  props: { clusterName: "main", subnetIds: [...subnetIds] },
  ...(dependsOn === undefined ? {} : { dependsOn }),
});

const nodes: Cases = {
  rule: "op-05-nodes-in-zones",
  good: group("all", ["subnet-a", "subnet-b"]),
  bad: group("all", ["subnet-a"]),
  unknown: { type: "aws:eks/nodeGroup:NodeGroup", props: { clusterName: "main", subnetIds: UNKNOWN } },
  unknownIs: "cannot tell",
  missing: { type: "aws:eks/nodeGroup:NodeGroup", props: { clusterName: "main" } },
  missingIs: "violation",
  canary: group("all", [CANARY]),
  sibling: [group("a", ["subnet-a"]), group("b", ["subnet-a"])],
  more: [
    { name: "a group for each zone", is: "fine", of: [group("a", ["subnet-a"]), group("b", ["subnet-b"])] },
    {
      name: "subnets that are not known yet",
      is: "fine",
      of: [
        { type: "aws:ec2/subnet:Subnet", name: "sa", props: {} },
        { type: "aws:ec2/subnet:Subnet", name: "sb", props: {} },
        group("a", [UNKNOWN], { subnetIds: ["sa"] }),
        group("b", [UNKNOWN], { subnetIds: ["sb"] }),
      ],
    },
    {
      name: "one subnet that is not known yet",
      is: "violation",
      of: [
        { type: "aws:ec2/subnet:Subnet", name: "sa", props: {} },
        group("a", [UNKNOWN], { subnetIds: ["sa"] }),
        group("b", [UNKNOWN], { subnetIds: ["sa"] }),
      ],
    },
  ],
};

const space = (name: string): Fixture => ({
  type: "kubernetes:core/v1:Namespace",
  name,
  props: { metadata: { name } },
});
const inside = (type: string, namespace: string, spec: object = { hard: { pods: "5" } }): Fixture => ({
  type: `kubernetes:core/v1:${type}`,
  name: `${namespace}-${type}`,
  props: { metadata: { namespace }, spec: { ...spec } },
});

const quotas: Cases = {
  rule: "op-07-quotas",
  good: [space("shop"), inside("ResourceQuota", "shop"), inside("LimitRange", "shop", { limits: [] })],
  bad: [space("shop"), inside("ResourceQuota", "shop")],
  unknown: [space("shop"), inside("ResourceQuota", "shop", { hard: UNKNOWN }), inside("LimitRange", "shop")],
  unknownIs: "fine",
  missing: space("shop"),
  missingIs: "violation",
  canary: { ...space("shop"), props: { metadata: { name: "shop", labels: { token: CANARY } } } },
  sibling: [space("shop"), inside("ResourceQuotaPatch", "shop", {}), inside("LimitRangePatch", "shop")],
  more: [
    {
      name: "those of another namespace",
      is: "violation",
      of: [space("shop"), inside("ResourceQuota", "x"), inside("LimitRange", "x")],
    },
  ],
};

export const sizeCases: readonly Cases[] = [copies, zones, nodes, quotas];
