import { at, text, texts, type Value } from "../../../../policies/core/value";
import { word } from "../exposure/model";
import type { View } from "../view";
import { noRights, type Right, type Rights, whatever } from "./model";

/** Who is let into a cluster of EKS, and which pods act as a role of AWS. */
export function eksRights(view: View): Rights {
  const entries = view.of("aws:eks/accessEntry:AccessEntry").flatMap(({ props }): Right[] => {
    const groups = texts(props["kubernetesGroups"]);
    const on = `cluster ${word(props["clusterName"])}`;
    return ["log in", ...groups.map((group) => `act in group ${group}`)].map((may) => ({
      system: "kubernetes",
      who: word(props["principalArn"]),
      may,
      on,
      when: "",
    }));
  });
  const policies = view
    .of("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
    .map(({ props }): Right => {
      const namespaces = texts(at(props, "accessScope", "namespaces"));
      const within = namespaces.length === 0 ? "" : `, namespaces ${namespaces.join(", ")}`;
      return {
        system: "kubernetes",
        who: word(props["principalArn"]),
        may: whatever(word(props["policyArn"])),
        on: `cluster ${word(props["clusterName"])}${within}`,
        when: "",
      };
    });
  const pods = view
    .of("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    .map(({ props, name }): Right => ({
      system: "aws",
      who: `ServiceAccount ${word(props["namespace"])}/${word(props["serviceAccount"])}`,
      may: "act as",
      // The ARN of a role that is new is not known yet; what its pods may become stands in its trust, too.
      on: text(props["roleArn"]) === undefined ? `the role of ${name}` : `role ${shortArn(props["roleArn"])}`,
      when: "",
    }));
  return { ...noRights, given: [...entries, ...policies, ...pods] };
}

const shortArn = (arn: Value): string => word(arn).replace(/^.*:role\//, "");
