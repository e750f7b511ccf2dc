import { matches } from "../../core/pattern";
import { resourceRule, stackRule, type StackView } from "../../core/rule";
import type { Resource } from "../../core/resource";
import { at, isMissing, isUnknown, text, type Value } from "../../core/value";
import { withPatch } from "../../models/types";

const namespace = "kubernetes:core/v1:Namespace";
const quotas = withPatch("kubernetes:core/v1:ResourceQuota");
const ranges = withPatch("kubernetes:core/v1:LimitRange");

/** No namespace takes the whole cluster. */
export const quotasSet = stackRule({
  name: "op-07-quotas",
  group: "operations",
  severity: "low",
  summary: "Every namespace has a ResourceQuota and a LimitRange.",
  why: "One wrong number of replicas takes all nodes, and everybody else's pods wait.",
  fix: "Add a ResourceQuota with spec.hard and a LimitRange with defaults to the namespace; name those of the cluster itself in the option `without`.",
  maps: ["Kyverno-add-ns-quota", "CIS-EKS-4.5.1"],
  unknown: "present",
  bad: `new k8s.core.v1.Namespace("team", { metadata: { name: "team" } });`,
  good: `new k8s.core.v1.ResourceQuota("team", { metadata: { namespace: "team" }, spec: { hard: { pods: "50" } } });
new k8s.core.v1.LimitRange("team", { metadata: { namespace: "team" }, spec: { limits } });`,
  options: { without: { description: "names of resources that need none, with *", default: [] } },
  types: [namespace, ...quotas, ...ranges],
  check(stack, report) {
    const without = report.list("without");
    for (const one of stack.of(namespace)) {
      if (without.some((pattern) => matches(pattern, one.name))) continue;
      const quota = within(stack, quotas, one);
      if (quota === undefined) report.violation("", "has no ResourceQuota", one);
      else
        report.must(
          "spec.hard",
          at(quota.props, "spec", "hard"),
          (hard) => !isMissing(hard),
          "is empty",
          quota,
        );
      if (within(stack, ranges, one) === undefined) report.violation("", "has no LimitRange", one);
    }
  },
});

/** What lies in a namespace: by its name, or by taking it from there. */
function within(
  stack: StackView,
  types: readonly string[],
  { urn, name, props }: Resource,
): Resource | undefined {
  const own = text(at(props, "metadata", "name")) ?? name;
  return stack
    .of(...types)
    .find(
      ({ props: its, propertyDependencies }) =>
        text(at(its, "metadata", "namespace")) === own ||
        (isUnknown(at(its, "metadata", "namespace")) &&
          (propertyDependencies["metadata"] ?? []).includes(urn)),
    );
}

const jobs = withPatch("kubernetes:batch/v1:Job");
const cronJobs = withPatch(
  ...["v1", "v1beta1", "v2alpha1"].map((version) => `kubernetes:batch/${version}:CronJob`),
);

/**
 * Jobs end. A Job has no ttlSecondsAfterFinished here, other than in KubeLinter's rule: Pulumi keeps it, and would make one that
 * the cluster has taken away again.
 */
export const jobsEnd = resourceRule({
  name: "op-10-jobs-end",
  group: "operations",
  severity: "low",
  summary: "Jobs give up after a number of attempts and a time, and do not overtake themselves.",
  why: "A job that cannot succeed is tried for ever, holds its node, and on a schedule piles up.",
  fix: "Set backoffLimit and activeDeadlineSeconds; on a CronJob concurrencyPolicy: Forbid and ttlSecondsAfterFinished of its jobs.",
  maps: ["KubeLinter-job-ttl-seconds-after-finished", "KubeScore-cronjob-has-deadline"],
  unknown: "present",
  bad: `new k8s.batch.v1.CronJob("nightly", { spec: { schedule: "0 3 * * *", jobTemplate } });`,
  good: `new k8s.batch.v1.Job("migrate", { spec: { backoffLimit: 3, activeDeadlineSeconds: 600, template } });`,
  types: [...jobs, ...cronJobs],
  check({ type, props }, report) {
    const given = (value: Value): boolean => !isMissing(value);
    const scheduled = cronJobs.includes(type);
    // A patch says of a job what it changes.
    if (
      type.endsWith("Patch") &&
      isMissing(at(props, "spec", ...(scheduled ? ["jobTemplate"] : ["template"])))
    )
      return;
    const way = scheduled ? ["spec", "jobTemplate", "spec"] : ["spec"];
    for (const key of [
      "backoffLimit",
      "activeDeadlineSeconds",
      ...(scheduled ? ["ttlSecondsAfterFinished"] : []),
    ])
      report.must([...way, key].join("."), at(props, ...way, key), given, "is missing");
    if (!scheduled) return;
    const policy = at(props, "spec", "concurrencyPolicy");
    const alone = (known: Value): boolean => known === "Forbid" || known === "Replace";
    report.must("spec.concurrencyPolicy", policy, alone, "lets a run start before the last one ended");
  },
});
