import { resourceRule } from "../../core/rule";
import { at, isMissing, isTrue, isUnknown, items, text } from "../../core/value";
import { isWorld } from "../../models/ports";

/** Who may try to talk to the API of a cluster. */
export const eksEndpoint = resourceRule({
  name: "net-07-eks-endpoint",
  group: "network",
  severity: "high",
  summary:
    "The API of an EKS cluster is reached from inside its VPC, and from outside by named ranges at most.",
  why: "A public API leaves the whole cluster to one stolen token or one fault of its authentication; without the private one, nodes talk to it over the internet.",
  fix: "Set vpcConfig.endpointPrivateAccess: true and endpointPublicAccess: false; where it must be public, list narrow publicAccessCidrs.",
  maps: ["CKV_AWS_38", "CKV_AWS_39", "CIS-EKS-5.4.1", "CIS-EKS-5.4.2"],
  unknown: "cannot tell",
  bad: `new aws.eks.Cluster("ml", { roleArn: role.arn, vpcConfig: { subnetIds } });`,
  good: `new aws.eks.Cluster("ml", {
  roleArn: role.arn,
  vpcConfig: { subnetIds, endpointPrivateAccess: true, endpointPublicAccess: false },
});`,
  types: ["aws:eks/cluster:Cluster"],
  check({ props }, report) {
    const config = at(props, "vpcConfig");
    report.must(
      "vpcConfig.endpointPrivateAccess",
      at(config, "endpointPrivateAccess"),
      isTrue,
      "is not true",
    );
    const open = at(config, "endpointPublicAccess");
    if (open === false || open === "false") return;
    const path = "vpcConfig.publicAccessCidrs";
    const ranges = at(config, "publicAccessCidrs");
    // Public unless somebody says otherwise, and for everybody unless somebody says for whom.
    if (isUnknown(open)) report.cannotTell("vpcConfig.endpointPublicAccess");
    else report.must(path, ranges, (known) => !isMissing(known), "is missing: the whole internet may try");
    items(ranges).forEach((range, index) =>
      report.must(`${path}[${index}]`, range, (known) => !isWorld(text(known) ?? ""), "is the internet"),
    );
  },
});
