import { resourceRule } from "../../core/rule";
import { at, items, text, type Value } from "../../core/value";
import { covers } from "../../models/iam";

const CLUSTER = "aws:eks/cluster:Cluster";
const ENTRY = "aws:eks/accessEntry:AccessEntry";

/** Policies of EKS by which one may do everything. */
const ADMINISTRATOR =
  /^arn:[^:]*:eks::aws:cluster-access-policy\/(?:AmazonEKSClusterAdminPolicy|AmazonEKSAdminPolicy)$/;
const isAdministrator = (policy: Value): boolean => ADMINISTRATOR.test(text(policy) ?? "");

/** Who has rights in a cluster, AWS says, and only who is named has all of them. */
export const eksAccessEntries = resourceRule({
  name: "rb-13-eks-access-entries",
  group: "access",
  severity: "high",
  summary: "Rights in EKS come by access entries, and only who is named for it administers a cluster.",
  why: "The ConfigMap aws-auth is seen by no audit of AWS and locks everybody out when it is spoilt; whoever made a cluster keeps all rights in it unseen.",
  fix: "Set accessConfig.authenticationMode: API and bootstrapClusterCreatorAdminPermissions: false; name administrators in the option administrators.",
  maps: ["CIS-EKS-4.1.7", "CIS-EKS-5.5.1"],
  unknown: "cannot tell",
  bad: `new aws.eks.Cluster("app", { roleArn, vpcConfig, accessConfig: { authenticationMode: "CONFIG_MAP" } });`,
  good: `new aws.eks.Cluster("app", {
  roleArn,
  vpcConfig,
  accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
});`,
  options: {
    administrators: {
      description: "ARNs of principals that may administer clusters; `*` stands for any characters",
      default: [],
    },
  },
  types: [CLUSTER, "aws:eks/accessPolicyAssociation:AccessPolicyAssociation", ENTRY],
  check({ type, props }, report) {
    if (type === CLUSTER) {
      const mode = at(props, "accessConfig", "authenticationMode");
      report.must(
        "accessConfig.authenticationMode",
        mode,
        (known) => known === "API" || known === "API_AND_CONFIG_MAP",
        "does not let rights come by access entries",
      );
      const creator = at(props, "accessConfig", "bootstrapClusterCreatorAdminPermissions");
      report.must(
        "accessConfig.bootstrapClusterCreatorAdminPermissions",
        creator,
        (known) => known === false || known === "false",
        "is not false, so whoever makes the cluster administers it",
      );
      return;
    }
    if (type === ENTRY) {
      const groups = items(props["kubernetesGroups"]);
      if (groups.includes("system:masters")) report.violation("kubernetesGroups", "names system:masters");
      return;
    }
    if (!isAdministrator(props["policyArn"])) return;
    const administrators = report.list("administrators");
    report.must(
      "principalArn",
      props["principalArn"],
      (principal) => administrators.some((pattern) => covers(pattern, text(principal) ?? "")),
      "is not one of the administrators that the option names",
    );
  },
});
