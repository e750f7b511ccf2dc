import { type Report, stackRule } from "../../core/rule";
import { at, isMissing, isUnknown, text, type Value } from "../../core/value";
import { type PodLike, podOf } from "../../models/pods";
import { coreTypes, podTypes } from "../../models/types";

const accountTypes = coreTypes("ServiceAccount");

/** Where nothing is said, it is the namespace that is called so. */
const namespaceOf = (value: Value): Value => (isMissing(value) ? "default" : value);

/** Two names that may be one: an unknown one may be any. */
const mayBe = (one: Value, other: Value): boolean => isUnknown(one) || isUnknown(other) || one === other;

/** A service account that the stack declares. */
interface Account {
  readonly name: Value;
  readonly namespace: Value;
}

/** Every workload is somebody. */
export const dedicatedServiceAccount = stackRule({
  name: "rb-06-dedicated-sa",
  group: "access",
  severity: "medium",
  summary: "Every pod runs under a service account of its own choice, which the stack declares.",
  why: "The account `default` is shared by whoever names none: a right that one pod gets, all get, and the audit log cannot tell them apart.",
  fix: "Declare a ServiceAccount and set serviceAccountName to its name; accounts that something else declares go into the option accounts.",
  maps: [
    "KubeLinter-default-service-account",
    "KubeLinter-non-existent-service-account",
    "CKV_K8S_41",
    "CKV_K8S_42",
    "CIS-EKS-4.1.5",
  ],
  // The name of an account that the program makes.
  unknown: "present",
  bad: `new k8s.apps.v1.Deployment("app", { spec: { selector, template: { spec: { containers } } } });`,
  good: `const account = new k8s.core.v1.ServiceAccount("app", { metadata: { namespace: "app" } });
new k8s.apps.v1.Deployment("app", {
  metadata: { namespace: "app" },
  spec: { selector, template: { spec: { serviceAccountName: account.metadata.name, containers } } },
});`,
  options: {
    accounts: {
      description: "service accounts that something else declares, each as `namespace/name`",
      default: [],
    },
  },
  types: [...podTypes, ...accountTypes],
  check(stack, report) {
    const declared = stack.of(...accountTypes).map(({ props }): Account => ({
      name: at(props, "metadata", "name"),
      namespace: namespaceOf(at(props, "metadata", "namespace")),
    }));
    for (const resource of stack.of(...podTypes)) judge(podOf(resource), declared, report);
  },
});

function judge(pod: PodLike, declared: readonly Account[], report: Report): void {
  const { resource, spec, path } = pod;
  const where = `${path}.serviceAccountName`;
  // `serviceAccount` is the same by an older name.
  const name = isMissing(at(spec, "serviceAccountName"))
    ? at(spec, "serviceAccount")
    : at(spec, "serviceAccountName");
  if (isUnknown(name)) return;
  if (isMissing(name) || name === "default") {
    // A patch leaves alone what it does not say.
    if (name === "default" || !resource.type.endsWith("Patch"))
      report.violation(where, "is not that of an account of its own", resource);
    return;
  }
  const namespace = namespaceOf(pod.namespace);
  const isDeclared = declared.some((one) => mayBe(one.name, name) && mayBe(one.namespace, namespace));
  const written = `${text(namespace) ?? ""}/${text(name) ?? ""}`;
  if (!isDeclared && !report.list("accounts").includes(written))
    report.violation(where, "names an account that the stack does not declare in its namespace", resource);
}
