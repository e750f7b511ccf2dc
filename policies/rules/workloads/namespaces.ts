import { resourceRule } from "../../core/rule";
import { at, text } from "../../core/value";
import { coreTypes } from "../../models/types";
import { allowed, isAllowed } from "./allowed";

const ENFORCE = "pod-security.kubernetes.io/enforce";

/** The API server refuses what the rules of this pack would refuse, whoever asks for it. */
export const podSecurityLabels = resourceRule({
  name: "wl-13-pod-security-labels",
  group: "workloads",
  severity: "high",
  summary: "Every namespace enforces Pod Security's restricted profile.",
  why: "Policies see what Pulumi deploys; the label holds for everything else too: a controller, a person with kubectl, an attacker with a token.",
  fix: `Label the namespace "pod-security.kubernetes.io/enforce": "restricted".`,
  maps: ["PSS-restricted", "CIS-EKS-4.2.1", "C-0068"],
  unknown: "cannot tell",
  options: allowed("Namespaces with a lower profile, as resource=baseline or resource=privileged."),
  bad: `new k8s.core.v1.Namespace("web", { metadata: { name: "web" } });`,
  good: `new k8s.core.v1.Namespace("web", { metadata: { name: "web", labels: { "pod-security.kubernetes.io/enforce": "restricted" } } });`,
  types: coreTypes("Namespace"),
  check(resource, report) {
    report.must(
      `metadata.labels["${ENFORCE}"]`,
      at(resource.props, "metadata", "labels", ENFORCE),
      (level) => level === "restricted" || isAllowed(report, resource, text(level) ?? ""),
      "is not restricted",
    );
  },
});
