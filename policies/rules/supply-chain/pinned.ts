import type { Resource } from "../../core/resource";
import { type Report, resourceRule } from "../../core/rule";
import { at, isMissing, isUnknown, text, type Value } from "../../core/value";
import { podTypes } from "../../models/types";
import { imagesOf, imageTypes, isBelow, isPinned, parseReference, type Reference } from "./references";

const immutableTags = {
  description:
    "repositories whose tags never move: immutable in the registry, or built here under a tag that names the content",
  default: [],
};

/** Judges the reference of every image of a resource. */
function everyImage(
  resource: Resource,
  report: Report,
  passes: (reference: Reference) => boolean,
  found: string,
): void {
  const known = (value: Value): boolean => {
    const reference = parseReference(text(value) ?? "");
    return reference === undefined || passes(reference);
  };
  for (const { path, value } of imagesOf(resource)) report.must(path, value, known, found);
}

/** Images by their content. */
export const imageDigest = resourceRule({
  name: "sc-01-image-digest",
  group: "supply-chain",
  severity: "high",
  summary: "Images are named by their digest.",
  why: "Whoever can push to the repository can move a tag: what runs after the next restart need not be what was tested.",
  fix: "Append the digest: docker.io/library/redis:8.2.1@sha256:…; docker buildx imagetools inspect prints it.",
  maps: ["CKV_K8S_43", "Gatekeeper-imagedigests", "Kyverno-require-image-checksum", "CIS-Docker-5.28"],
  unknown: "cannot tell",
  bad: `new docker.RemoteImage("redis", { name: "redis:8.2.1" });`,
  good: `new docker.RemoteImage("redis", { name: "redis:8.2.1@sha256:${"4f6c…"}" });`,
  options: { immutableTags },
  types: imageTypes,
  check(resource, report) {
    const places = report.list("immutableTags");
    everyImage(
      resource,
      report,
      (one) => isPinned(one) || (one.tag !== undefined && isBelow(one.name, places)),
      "names no digest, so its content can change",
    );
  },
});

/** Tags that are made to move. */
const MOVING =
  /^(latest|stable|main|master|trunk|nightly|edge|dev|devel|develop|canary|head|snapshot|testing|unstable|rolling|current|lts)$|^(latest|stable|nightly)-\D/i;

/** Images by their version. */
export const noMovingTag = resourceRule({
  name: "sc-02-no-moving-tag",
  group: "supply-chain",
  severity: "medium",
  summary: "Tags of images say which version it is.",
  why: "Nobody can tell from `latest` what runs, whether it is patched, or what to go back to.",
  fix: "Name the version in the tag: grafana/grafana:13.2.0, and the digest behind it.",
  maps: ["CKV_K8S_14", "KubeLinter-latest-tag", "Polaris-tagNotSpecified", "KubeScore-container-image-tag"],
  unknown: "cannot tell",
  bad: `new docker.RemoteImage("grafana", { name: "grafana/grafana:latest" });`,
  good: `new docker.RemoteImage("grafana", { name: "grafana/grafana:13.2.0@sha256:${"3fd5…"}" });`,
  types: imageTypes,
  check(resource, report) {
    everyImage(
      resource,
      report,
      (one) => (one.tag === undefined ? isPinned(one) : !MOVING.test(one.tag)),
      "has no tag that says a version",
    );
  },
});

/** Images from where they are expected. */
export const allowedRegistries = resourceRule({
  name: "sc-03-allowed-registries",
  group: "supply-chain",
  severity: "high",
  summary: "Images come from registries and publishers that were agreed on.",
  why: "Names that differ by a letter, and accounts that somebody else took over, are how foreign code gets in.",
  fix: "Use the publisher's own repository, or add the repository to the option `registries` of this rule under review.",
  maps: ["C-0078", "CIS-EKS-5.1.4", "Gatekeeper-allowedreposv2", "Kyverno-restrict-image-registries"],
  unknown: "cannot tell",
  bad: `new docker.RemoteImage("redis", { name: "docker.io/rediss/redis:8.2.1" });`,
  good: `new docker.RemoteImage("redis", { name: "docker.io/library/redis:8.2.1" });`,
  options: {
    registries: {
      description: "registries, or parts of them, that images may come from: `ghcr.io/acme`",
      default: ["docker.io/library", "registry.k8s.io"],
    },
  },
  types: imageTypes,
  check(resource, report) {
    const registries = report.list("registries");
    everyImage(
      resource,
      report,
      ({ name }) => isBelow(name, registries),
      "comes from a registry that is not on the list",
    );
  },
});

/** Tags that move are asked for at each start. */
export const pullPolicy = resourceRule({
  name: "sc-04-pull-policy",
  group: "supply-chain",
  severity: "low",
  summary: "Pods whose image has no digest ask the registry for it at each start.",
  why: "Nodes that pulled the tag at different times run different programs, and a pod may run an image that it has no right to pull.",
  fix: 'Name the digest, which needs no asking, or set imagePullPolicy: "Always".',
  maps: ["CKV_K8S_15", "Polaris-pullPolicyNotAlways"],
  unknown: "present",
  bad: `containers: [{ name: "web", image: "ghcr.io/acme/web:1.4", imagePullPolicy: "IfNotPresent" }]`,
  good: `containers: [{ name: "web", image: "ghcr.io/acme/web:1.4", imagePullPolicy: "Always" }]`,
  options: { immutableTags },
  types: podTypes,
  check(resource, report) {
    const places = report.list("immutableTags");
    for (const { path, value, pullPolicy: given } of imagesOf(resource)) {
      const reference = isUnknown(value) ? undefined : parseReference(text(value) ?? "");
      if (reference === undefined || isPinned(reference) || isBelow(reference.name, places)) continue;
      // Kubernetes asks for latest, and for what has no tag, when nothing is said.
      const byItself = reference.tag === undefined || reference.tag === "latest";
      report.must(
        path.replace(/(image|reference)$/, path.endsWith("image") ? "imagePullPolicy" : "pullPolicy"),
        given,
        (policy) => (isMissing(policy) ? byItself : policy === "Always"),
        "lets a node run whichever content it pulled once under that tag",
      );
    }
  },
});

const repositories = [
  "aws:ecr/repository:Repository",
  "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
];

/** Registries of one's own. */
export const ecrClosed = resourceRule({
  name: "sc-05-ecr-immutable-scanned",
  group: "supply-chain",
  severity: "high",
  summary: "Repositories in ECR keep a tag on the image that it was given to, and scan what is pushed.",
  why: "A tag that can be moved replaces a running program without a deployment; an image that nobody scans keeps its known holes.",
  fix: 'Set imageTagMutability: "IMMUTABLE" and imageScanningConfiguration: { scanOnPush: true }.',
  maps: ["CKV_AWS_51", "CKV_AWS_163", "CIS-EKS-5.1.1"],
  unknown: "cannot tell",
  bad: `new aws.ecr.Repository("web", { name: "web" });`,
  good: `new aws.ecr.Repository("web", {
  name: "web",
  imageTagMutability: "IMMUTABLE",
  imageScanningConfiguration: { scanOnPush: true },
});`,
  types: repositories,
  check({ type, props }, report) {
    report.must(
      "imageTagMutability",
      props["imageTagMutability"],
      (mode) => mode === "IMMUTABLE",
      "lets a tag be moved",
    );
    // A template has no setting of its own: what it makes is scanned as the registry says.
    if (type !== repositories[0]) return;
    const scan = at(props["imageScanningConfiguration"], "scanOnPush");
    report.must(
      "imageScanningConfiguration.scanOnPush",
      scan,
      (on) => on === true || on === "true",
      "is not true",
    );
  },
});
