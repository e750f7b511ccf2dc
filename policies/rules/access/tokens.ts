import { type Report, resourceRule } from "../../core/rule";
import { at, isMissing, isUnknown, items, text, type Value } from "../../core/value";
import { podOf } from "../../models/pods";
import { coreTypes, kindOf, podTypes } from "../../models/types";

/** An account as the option writes it. */
const accountIn = (namespace: Value, name: Value): string =>
  `${text(namespace) ?? "default"}/${text(name) ?? "default"}`;

/** Volumes that bring a token for the API server by another way: one that is for another audience is not for it. */
function projected(spec: Value, path: string, report: Report): void {
  items(at(spec, "volumes")).forEach((volume, index) => {
    const sources = items(at(volume, "projected", "sources"));
    const tokens = sources
      .map((source) => at(source, "serviceAccountToken"))
      .filter((one) => !isMissing(one));
    if (tokens.some((token) => !isUnknown(token) && isMissing(at(token, "audience"))))
      report.violation(`${path}.volumes[${index}]`, "brings a token for the API server");
  });
}

/** A pod that asks the API server nothing has nothing to ask it with. */
export const noAutomount = resourceRule({
  name: "rb-07-no-automount",
  group: "access",
  severity: "medium",
  summary: "No pod is given a token for the API server unless its account is named for it.",
  why: "The token lies in a file of every container: whoever breaks into one speaks to the API server in the pod's name.",
  fix: "Set automountServiceAccountToken: false on the pod and on the service account; pods that need the API go into the option accounts.",
  maps: [
    "CKV_K8S_38",
    "Polaris-automountServiceAccountToken",
    "Gatekeeper-automount-serviceaccount-token",
    "C-0034",
    "CIS-EKS-4.1.6",
  ],
  unknown: "cannot tell",
  bad: `new k8s.apps.v1.Deployment("app", { spec: { selector, template: { spec: { serviceAccountName: "app", containers } } } });`,
  good: `new k8s.apps.v1.Deployment("app", {
  spec: { selector, template: { spec: { serviceAccountName: "app", automountServiceAccountToken: false, containers } } },
});`,
  options: {
    accounts: {
      description: "service accounts whose pods talk to the API server, each as `namespace/name`",
      default: [],
    },
  },
  types: [...podTypes, ...coreTypes("ServiceAccount")],
  check(resource, report) {
    const { type, props } = resource;
    const isAccount = kindOf(type) === "ServiceAccount";
    const { spec, path, namespace } = podOf(resource);
    const account = isAccount ? at(props, "metadata", "name") : at(spec, "serviceAccountName");
    if (report.list("accounts").includes(accountIn(namespace, account))) return;
    const holder = isAccount ? props : spec;
    const mounts = at(holder, "automountServiceAccountToken");
    // A patch leaves alone what it does not say.
    const unsaid = mounts === undefined && type.endsWith("Patch");
    const where = [...(isAccount ? [] : [path]), "automountServiceAccountToken"].join(".");
    if (!unsaid) report.must(where, mounts, (known) => known === false || known === "false", "is not false");
    if (!isAccount) projected(spec, path, report);
  },
});
