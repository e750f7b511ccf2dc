import { type Report, resourceRule } from "../../core/rule";
import { at, entries, isMissing, isUnknown, items, text, type Value, walk } from "../../core/value";
import { type ContainerLike, containersOf } from "../../models/containers";
import { coreTypes, dockerContainer, dockerTypes, podTypes } from "../../models/types";

const PROVIDER = "pulumi:providers:aws";
const secretTypes = coreTypes("Secret");

/** Resources that are a key, or a password that is used like one. */
const KEYS = ["aws:iam/accessKey:AccessKey", "aws:iam/serviceSpecificCredential:ServiceSpecificCredential"];

/** The id of a key that lasts; those of sessions begin otherwise. */
const LASTING = /\bAKIA[A-Z0-9]{16}\b/;
const SECRET_KEY = /(?:^|_)AWS_SECRET_(?:ACCESS_)?KEY$/;
const ENDPOINT = /(?:S3|AWS)[A-Z0-9_]*_ENDPOINT(?:_URL)?(?:_S3)?$|^ENDPOINT_URL$/;
const AMAZON = /\.amazonaws\.com(?:\.cn)?(?:[:/]|$)/;

/** Whether a container's keys are for a server of S3 that is not AWS', such as MinIO: they are not IAM's. */
const talksElsewhere = ({ env }: ContainerLike): boolean =>
  env.some(
    ({ name, value, from }) =>
      ENDPOINT.test(name) && (from !== "literal" || (!isMissing(value) && !AMAZON.test(text(value) ?? ""))),
  );

function judgeContainer(container: ContainerLike, report: Report): void {
  for (const { name, path, value } of container.env) {
    if (LASTING.test(text(value) ?? "")) report.violation(path, "holds a static key of AWS");
    else if (SECRET_KEY.test(name) && !talksElsewhere(container))
      report.violation(path, "is a static key of AWS");
  }
}

const holdsKey = (value: Value): boolean => {
  let found = false;
  walk(value, (_, leaf) => (found ||= !isUnknown(leaf) && LASTING.test(leaf)));
  return found;
};

const decoded = (value: Value): Value =>
  typeof value === "string" ? Buffer.from(value, "base64").toString("latin1") : value;

function judgeSecret(props: Value, report: Report): void {
  for (const [part, read] of [["stringData", (value: Value) => value] as const, ["data", decoded] as const])
    for (const [key, value] of entries(at(props, part)))
      if (holdsKey(read(value))) report.violation(`${part}.${key}`, "holds a static key of AWS");
}

/** Who acts in AWS shows a role, and no key that somebody may copy. */
export const iamNoStaticKeys = resourceRule({
  name: "sec-10-iam-no-static-keys",
  group: "access",
  severity: "high",
  summary: "No static key of AWS is made, kept or given to a container.",
  why: "A key works from anywhere for whoever has a copy, until somebody notices; a role's credentials end within hours.",
  fix: "Give the workload a role (EKS Pod Identity, IRSA, an instance profile), and CI a role by OpenID Connect; delete the key.",
  maps: ["CKV_AWS_273", "CIS-EKS-5.2.1", "CIS-AWS-1.13", "CIS-AWS-1.17"],
  // That there is a key is known, whatever its value.
  unknown: "present",
  bad: `new aws.iam.AccessKey("app", { user });`,
  good: `new aws.eks.PodIdentityAssociation("app", { clusterName, namespace: "app", serviceAccount: "app", roleArn: role.arn });`,
  types: [...KEYS, PROVIDER, ...secretTypes, ...podTypes, ...dockerTypes],
  check(resource, report) {
    const { type, props } = resource;
    if (KEYS.includes(type)) report.violation("", "is a static key");
    else if (type === PROVIDER) {
      if (!isMissing(props["secretKey"])) report.violation("secretKey", "is a static key of AWS");
    } else if (secretTypes.includes(type)) judgeSecret(props, report);
    else {
      for (const container of containersOf(resource)) judgeContainer(container, report);
      if (type === dockerContainer)
        items(props["uploads"]).forEach((upload, index) => {
          if (holdsKey(upload)) report.violation(`uploads[${index}]`, "holds a static key of AWS");
        });
    }
  },
});
