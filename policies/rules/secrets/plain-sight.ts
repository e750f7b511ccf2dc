import { containersOf } from "../../models/containers";
import { podOf } from "../../models/pods";
import { dockerContainer, dockerService, dockerTypes, podTypes } from "../../models/types";
import { type Report, resourceRule } from "../../core/rule";
import type { Resource } from "../../core/resource";
import { at, entries, isUnknown, items, text, type Value } from "../../core/value";
import { decoded, harmless, namesSecret, secretIn, settingIn } from "./looks";

const userData = [
  "aws:ec2/instance:Instance",
  "aws:ec2/launchTemplate:LaunchTemplate",
  "aws:ec2/launchConfiguration:LaunchConfiguration",
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
];

/** Secrets in what every list of processes, containers or machines shows. */
export const noSecretInPlainSight = resourceRule({
  name: "sec-05-no-secret-in-plain-sight",
  group: "secrets",
  severity: "high",
  summary: "Commands, labels, annotations and user data hold no secrets.",
  why: "Every user of a machine sees its processes' arguments, and every tool lists labels; user data is read by whatever runs on the machine.",
  fix: "Hand the secret over as a file or, on Kubernetes, through a Secret, and let the program read it there.",
  maps: ["CKV_AWS_46", "CKV_SECRET_6", "CKV_SECRET_2", "CKV_SECRET_4"],
  unknown: "cannot tell",
  bad: `new docker.Container("redis", { image, command: ["redis-server", "--requirepass", password.result] });`,
  good: `new docker.Container("redis", { image, command: ["redis-server", "/run/files/redis.conf"] });`,
  options: { allowed: { description: "labels and flags that only sound like secrets", default: [] } },
  types: [...podTypes, ...dockerTypes, ...userData],
  check(resource, report) {
    const { props, type } = resource;
    if (userData.includes(type)) {
      plainText(
        "userData",
        type.includes("launchTemplate") ? decoded(props["userData"]) : props["userData"],
        report,
      );
      plainText("userDataBase64", decoded(props["userDataBase64"]), report);
      return;
    }
    for (const { command, commandPath } of containersOf(resource)) judgeCommand(command, commandPath, report);
    for (const [path, marks] of marksOf(resource)) judgeMarks(path, marks, report);
    if (type === dockerContainer)
      judgeCommand(items(at(props, "healthcheck", "tests")), "healthcheck.tests", report);
  },
});

/** A script of a machine, or an argument that is one. */
function plainText(path: string, value: Value, report: Report): void {
  report.must(path, value, (known) => secretIn(text(known) ?? "") === undefined, "holds a secret");
  const name = settingIn(text(value) ?? "");
  if (name !== undefined) report.violation(path, `sets ${name} to a secret`);
}

function judgeCommand(command: readonly Value[], path: string, report: Report): void {
  const allowed = report.list("allowed");
  command.forEach((value, index) => {
    const before = text(command[index - 1]) ?? "";
    const isNext = /^--?[\w.-]+$/.test(before) && namesSecret(before) && !allowed.includes(before);
    if (isNext && !harmless(isUnknown(value) ? "?" : (text(value) ?? "")) && !/^-/.test(text(value) ?? ""))
      report.violation(`${path}[${index}]`, `is the secret of flag ${before}`);
    else plainText(`${path}[${index}]`, value, report);
    const [, flag = "", set = ""] = /^(--?[\w.-]+)=(.*)$/s.exec(text(value) ?? "") ?? [];
    if (namesSecret(flag) && !harmless(set) && !allowed.includes(flag))
      report.violation(`${path}[${index}]`, `gives flag ${flag} a secret`);
  });
}

/** Labels and annotations, with their paths. */
function marksOf(resource: Resource): (readonly [string, readonly (readonly [string, Value])[]])[] {
  const { props, type } = resource;
  const pairs = (value: Value) =>
    items(value).map((one) => [text(at(one, "label")) ?? "", at(one, "value")] as const);
  if (type === dockerContainer) return [["labels", pairs(props["labels"])]];
  if (type === dockerService)
    return [
      ["labels", pairs(props["labels"])],
      ["taskSpec.containerSpec.labels", pairs(at(props, "taskSpec", "containerSpec", "labels"))],
    ];
  const pod = podOf(resource);
  return ["labels", "annotations"].flatMap((kind) => [
    [`metadata.${kind}`, entries(at(props, "metadata", kind))] as const,
    [`${pod.path.replace(/spec$/, "metadata")}.${kind}`, entries(at(pod.metadata, kind))] as const,
  ]);
}

/** What is not known of a label is a name, a hash or an address, unless it is called a secret. */
function judgeMarks(path: string, marks: readonly (readonly [string, Value])[], report: Report): void {
  const allowed = report.list("allowed");
  for (const [name, value] of marks) {
    if (allowed.includes(name)) continue;
    const known = text(value);
    const isSecret = namesSecret(name) && !harmless(known ?? (isUnknown(value) ? "?" : ""));
    if (isSecret || secretIn(known ?? "") !== undefined)
      report.violation(`${path}.${name}`, "holds a secret");
  }
}
