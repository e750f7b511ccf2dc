import { resourceRule } from "../../core/rule";
import { at, isMissing, isUnknown, items, texts } from "../../core/value";

/** Secrets of a cluster under a key of one's own. */
export const eksSecretsEncrypted = resourceRule({
  name: "ear-05-eks-secrets-envelope",
  group: "encryption",
  severity: "high",
  summary: "EKS encrypts Kubernetes secrets with a KMS key of one's own.",
  why: "The secrets in the cluster's database are then protected by AWS's key alone, whose use nobody here grants, sees or ends.",
  fix: 'Set encryptionConfig: { provider: { keyArn: key.arn }, resources: ["secrets"] }.',
  maps: ["CKV_AWS_58", "CIS-EKS-5.3.1", "C-0066"],
  unknown: "cannot tell",
  bad: `new aws.eks.Cluster("main", { roleArn: role.arn, vpcConfig: { subnetIds } });`,
  good: `new aws.eks.Cluster("main", { roleArn: role.arn, vpcConfig: { subnetIds }, encryptionConfig: { provider: { keyArn: key.arn }, resources: ["secrets"] } });`,
  // The component of @pulumi/eks makes an aws:eks/cluster:Cluster, which is judged; its own input is judged as well.
  types: ["aws:eks/cluster:Cluster", "eks:index:Cluster"],
  check({ type, props }, report) {
    if (type === "eks:index:Cluster")
      return report.must(
        "encryptionConfigKeyArn",
        // The ARN of a key that is not made yet is one.
        isUnknown(props["encryptionConfigKeyArn"]) ? "known later" : props["encryptionConfigKeyArn"],
        (key) => !isMissing(key),
        "names no key",
      );
    const config = props["encryptionConfig"];
    if (isUnknown(config)) return report.cannotTell("encryptionConfig");
    const [first] = items(config);
    const resources = at(first, "resources");
    report.must(
      "encryptionConfig.resources",
      items(resources).some(isUnknown) ? items(resources).find(isUnknown) : resources,
      (known) => texts(known).includes("secrets"),
      "does not have secrets",
    );
    if (isMissing(at(first, "provider", "keyArn")))
      report.violation("encryptionConfig.provider.keyArn", "names no key");
  },
});
