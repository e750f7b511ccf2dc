import type { Resource } from "../../core/resource";
import { matches } from "../../core/pattern";
import { type Report, resourceRule, stackRule } from "../../core/rule";
import { at, isMissing, isTrue, isUnknown, text, texts, type Value } from "../../core/value";
import { dockerContainer, dockerService } from "../../models/types";
import { isOf } from "./data";
import { numberOf } from "./numbers";

const logGroup = "aws:cloudwatch/logGroup:LogGroup";
const cluster = "aws:eks/cluster:Cluster";
const classic = "aws:elb/loadBalancer:LoadBalancer";
const loadBalancers = [
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:alb/loadBalancer:LoadBalancer",
  "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer",
  "aws:applicationloadbalancing/loadBalancer:LoadBalancer",
  classic,
];

/** What a control plane can tell. */
const CONTROL_PLANE = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** Drivers that keep what they write on the host without an end, unless they are told one. */
const ENDLESS = new Set(["json-file", "none"]);

/** Logs that are written, kept long enough, and do not fill the disk. */
export const logsKept = resourceRule({
  name: "op-06-logs",
  group: "operations",
  severity: "medium",
  summary: "Logs are written, kept for as long as an inquiry takes, and end.",
  why: "Without logs nobody can say what happened; without an end they fill the disk, and everything on the host stops.",
  fix: 'Set retentionInDays, all five enabledClusterLogTypes, accessLogs.enabled, or on Docker logDriver with logOpts "max-size" and "max-file".',
  maps: ["CKV_AWS_66", "CKV_AWS_338", "CKV_AWS_37", "CIS-EKS-2.1.1", "CKV_AWS_91", "CIS-Docker-2.13"],
  unknown: "cannot tell",
  bad: `new docker.Container("web", { image });`,
  good: `new docker.Container("web", { image, logDriver: "json-file", logOpts: { "max-size": "10m", "max-file": "3" } });`,
  options: { days: { description: "days that a log group keeps logs, at least", default: 30 } },
  types: [logGroup, cluster, ...loadBalancers, dockerContainer, dockerService],
  check(resource, report) {
    const { type, props } = resource;
    if (type === logGroup) {
      const least = report.number("days");
      const long = "is not set, or shorter than an inquiry takes";
      report.must("retentionInDays", props["retentionInDays"], (days) => numberOf(days) >= least, long);
    } else if (type === cluster) {
      const path = "enabledClusterLogTypes";
      report.must(
        path,
        props[path],
        (types) => CONTROL_PLANE.every((one) => texts(types).includes(one)),
        "leaves logs out",
      );
    } else if (loadBalancers.includes(type)) {
      const logs = props["accessLogs"];
      // The classic kind writes as soon as it has a bucket, unless it is told not to.
      const byItself = type === classic && !isMissing(at(logs, "bucket"));
      const on = (enabled: Value): boolean => isTrue(enabled) || (byItself && isMissing(enabled));
      report.must("accessLogs.enabled", at(logs, "enabled"), on, "is not true");
    } else rotated(resource, report);
  },
});

function rotated({ type, props }: Resource, report: Report): void {
  // A container that is never started writes nothing.
  if (props["start"] === false) return;
  const swarm = type === dockerService;
  const [driverPath, optionsPath] = swarm
    ? ["taskSpec.logDriver.name", "taskSpec.logDriver.options"]
    : ["logDriver", "logOpts"];
  const driver = at(props, ...driverPath.split("."));
  if (isUnknown(driver)) return report.cannotTell(driverPath);
  if (text(driver) === "none") return report.violation(driverPath, "throws the logs away");
  // What nothing is said of is json-file, unless the daemon was told otherwise.
  if (!isMissing(driver) && !ENDLESS.has(text(driver) ?? "")) return;
  for (const option of ["max-size", "max-file"]) {
    const value = at(props, ...optionsPath.split("."), option);
    report.must(
      `${optionsPath}.${option}`,
      value,
      (known) => !isMissing(known),
      "is missing, so logs grow without end",
    );
  }
}

const buckets = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];
const loggings = ["aws:s3/bucketLogging:BucketLogging", "aws:s3/bucketLoggingV2:BucketLoggingV2"];

/** Who read and wrote which object. */
export const bucketLogs = stackRule({
  name: "op-06-bucket-logs",
  group: "operations",
  severity: "low",
  summary: "Access to buckets is logged.",
  why: "After a leak the first question is which objects were read, and by whom.",
  fix: "Add aws.s3.BucketLogging with a targetBucket; the bucket with the logs needs none.",
  maps: ["CKV_AWS_18"],
  unknown: "present",
  bad: `new aws.s3.Bucket("data", {});`,
  good: `new aws.s3.BucketLogging("data", { bucket: bucket.bucket, targetBucket: logs.bucket, targetPrefix: "data/" });`,
  options: { unlogged: { description: "names of buckets that need no logs, with *", default: [] } },
  types: [...buckets, ...loggings],
  check(stack, report) {
    const unlogged = report.list("unlogged");
    const all = stack.of(...loggings);
    for (const bucket of stack.of(...buckets)) {
      const isTarget = all.some(
        ({ props, propertyDependencies }) =>
          (propertyDependencies["targetBucket"] ?? []).includes(bucket.urn) ||
          (text(props["targetBucket"]) !== undefined &&
            text(props["targetBucket"]) === text(bucket.props["bucket"])),
      );
      if (isTarget || !isMissing(bucket.props["logging"]) || !isMissing(bucket.props["loggings"])) continue;
      if (unlogged.some((pattern) => matches(pattern, bucket.name))) continue;
      const logging = all.find((one) => isOf(one, bucket));
      if (logging === undefined) report.violation("", "has no access log", bucket);
      else
        report.must(
          "targetBucket",
          logging.props["targetBucket"],
          (to) => !isMissing(to),
          "is missing",
          logging,
        );
    }
  },
});
