import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const bucket = "aws:s3/bucket:Bucket";
const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
const deployment = "kubernetes:apps/v1:Deployment";
const container = "docker:index/container:Container";

const all = { owner: "ml", environment: "prod", project: "p", "cost-center": "1", "data-class": "public" };
const asJson = { defaultTags: JSON.stringify({ tags: all }) };

const tags: Cases = {
  rule: "op-01-required-tags",
  good: { type: bucket, props: { tags: { Name: "data" } }, provider: asJson },
  bad: { type: bucket, props: { tags: { owner: "ml" } } },
  unknown: { type: bucket, props: { tags: UNKNOWN } },
  unknownIs: "cannot tell",
  missing: { type: bucket, props: {} },
  missingIs: "violation",
  canary: { type: bucket, props: { tags: { password: CANARY } }, provider: { defaultTags: CANARY } },
  sibling: { type: "aws:autoscaling/group:Group", props: { tags: [{ key: "owner", value: "ml" }] } },
  more: [
    { name: "on the resource itself", is: "fine", of: { type: bucket, props: { tags: all } } },
    {
      name: "the provider's, as an object",
      is: "fine",
      of: { type: bucket, props: {}, provider: { defaultTags: { tags: all } } },
    },
    {
      name: "an owner without a name",
      is: "violation",
      of: { type: bucket, props: { tags: { ...all, owner: "" } } },
    },
    {
      name: "an owner that is not known yet",
      is: "fine",
      of: { type: bucket, props: { tags: { ...all, owner: UNKNOWN } } },
    },
    {
      name: "machines of a template",
      is: "violation",
      of: { type: launchTemplate, props: {}, provider: asJson },
    },
    {
      name: "machines and disks of a template",
      is: "fine",
      of: {
        type: launchTemplate,
        props: {
          tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags: all })),
        },
        provider: asJson,
      },
    },
    {
      name: "what a scaling group hands on",
      is: "fine",
      of: {
        type: "aws:autoscaling/group:Group",
        props: { tags: Object.entries(all).map(([key, value]) => ({ key, value, propagateAtLaunch: true })) },
      },
    },
  ],
};

const usual = {
  "app.kubernetes.io/name": "web",
  "app.kubernetes.io/part-of": "shop",
  "app.kubernetes.io/managed-by": "pulumi",
};
const labelled = (type: string, labels: Fixture["props"][string]): Fixture => ({
  type,
  props: { metadata: { labels } },
});

const labels: Cases = {
  rule: "op-01-required-labels",
  good: labelled(deployment, usual),
  bad: labelled(deployment, { app: "web" }),
  unknown: labelled(deployment, UNKNOWN),
  unknownIs: "cannot tell",
  missing: { type: deployment, props: {} },
  missingIs: "violation",
  canary: labelled(deployment, { app: CANARY }),
  sibling: labelled("kubernetes:apps/v1:StatefulSetPatch", { app: "web" }),
  more: [
    {
      name: "a patch of something else",
      is: "fine",
      of: { type: "kubernetes:apps/v1:DeploymentPatch", props: {} },
    },
    { name: "a namespace", is: "violation", of: labelled("kubernetes:core/v1:Namespace", {}) },
    { name: "a container without labels", is: "violation", of: { type: container, props: {} } },
    {
      name: "labels that are not known",
      is: "cannot tell",
      of: { type: container, props: { labels: UNKNOWN } },
    },
    {
      name: "a container with labels",
      is: "fine",
      of: { type: container, props: { labels: [{ label: "stack", value: "dev" }] } },
    },
  ],
};

const logGroup = "aws:cloudwatch/logGroup:LogGroup";
const loadBalancer = "aws:lb/loadBalancer:LoadBalancer";
const rotating = { logDriver: "json-file", logOpts: { "max-size": "10m", "max-file": "3" } };

const logs: Cases = {
  rule: "op-06-logs",
  good: { type: container, props: rotating },
  bad: { type: container, props: { logDriver: "json-file", logOpts: { "max-size": "10m" } } },
  unknown: { type: container, props: { logDriver: UNKNOWN } },
  unknownIs: "cannot tell",
  missing: { type: container, props: {} },
  missingIs: "violation",
  canary: { type: container, props: { logDriver: "none", logOpts: { token: CANARY } } },
  sibling: {
    type: "docker:index/service:Service",
    props: { taskSpec: { logDriver: { name: "json-file" } } },
  },
  more: [
    {
      name: "a container that is never started",
      is: "fine",
      of: { type: container, props: { start: false } },
    },
    {
      name: "a driver that sends logs away",
      is: "fine",
      of: { type: container, props: { logDriver: "awslogs" } },
    },
    {
      name: "a group that keeps for ever",
      is: "violation",
      of: { type: logGroup, props: { retentionInDays: 0 } },
    },
    {
      name: "a group that forgets at once",
      is: "violation",
      of: { type: logGroup, props: { retentionInDays: 7 } },
    },
    { name: "a group that keeps", is: "fine", of: { type: logGroup, props: { retentionInDays: 90 } } },
    {
      name: "a group with days that are not known",
      is: "cannot tell",
      of: { type: logGroup, props: { retentionInDays: UNKNOWN } },
    },
    {
      name: "a control plane that leaves one out",
      is: "violation",
      of: {
        type: "aws:eks/cluster:Cluster",
        props: { enabledClusterLogTypes: ["api", "authenticator", "controllerManager", "scheduler"] },
      },
    },
    {
      name: "a control plane",
      is: "fine",
      of: {
        type: "aws:eks/cluster:Cluster",
        props: {
          enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
        },
      },
    },
    {
      name: "a load balancer",
      is: "violation",
      of: { type: loadBalancer, props: { accessLogs: { bucket: "b" } } },
    },
    {
      name: "a load balancer by its older token",
      is: "violation",
      of: { type: "aws:alb/loadBalancer:LoadBalancer", props: {} },
    },
    {
      name: "a load balancer that writes",
      is: "fine",
      of: { type: loadBalancer, props: { accessLogs: { bucket: "b", enabled: true } } },
    },
    {
      name: "a classic load balancer writes by itself",
      is: "fine",
      of: { type: "aws:elb/loadBalancer:LoadBalancer", props: { accessLogs: { bucket: "b" } } },
    },
    {
      name: "a classic load balancer that was told not to",
      is: "violation",
      of: {
        type: "aws:elb/loadBalancer:LoadBalancer",
        props: { accessLogs: { bucket: "b", enabled: false } },
      },
    },
  ],
};

const job = "kubernetes:batch/v1:Job";
const bounds = { backoffLimit: 3, activeDeadlineSeconds: 600 };
const cron = (spec: object, inner: object): Fixture => ({
  type: "kubernetes:batch/v1:CronJob",
  props: { spec: { schedule: "0 3 * * *", jobTemplate: { spec: { ...inner } }, ...spec } },
});

const jobs: Cases = {
  rule: "op-10-jobs-end",
  good: { type: job, props: { spec: { ...bounds, template: {} } } },
  bad: { type: job, props: { spec: { backoffLimit: 3, template: {} } } },
  unknown: { type: job, props: { spec: { backoffLimit: UNKNOWN, activeDeadlineSeconds: 600 } } },
  unknownIs: "fine",
  missing: { type: job, props: {} },
  missingIs: "violation",
  canary: { type: job, props: { metadata: { name: CANARY }, spec: {} } },
  sibling: {
    type: "kubernetes:batch/v1beta1:CronJobPatch",
    props: { spec: { jobTemplate: { spec: bounds } } },
  },
  more: [
    {
      name: "a schedule",
      is: "fine",
      of: cron({ concurrencyPolicy: "Forbid" }, { ...bounds, ttlSecondsAfterFinished: 3600 }),
    },
    {
      name: "a schedule that overtakes itself",
      is: "violation",
      of: cron({ concurrencyPolicy: "Allow" }, { ...bounds, ttlSecondsAfterFinished: 3600 }),
    },
    { name: "a schedule that piles up", is: "violation", of: cron({ concurrencyPolicy: "Forbid" }, bounds) },
    {
      name: "a patch of its labels",
      is: "fine",
      of: { type: "kubernetes:batch/v1:JobPatch", props: { metadata: {} } },
    },
  ],
};

export const markCases: readonly Cases[] = [tags, labels, logs, jobs];
