import type { EksVersion } from "../../config/aws-network";

/** The add-ons of a cluster. EKS installs them, and each runs at the version that is written here. */
export const ADDONS = [
  "vpc-cni",
  "kube-proxy",
  "eks-pod-identity-agent",
  "coredns",
  "aws-ebs-csi-driver",
  "snapshot-controller",
  "metrics-server",
] as const;
export type AddonName = (typeof ADDONS)[number];

/**
 * Versions by the cluster's, as `aws eks describe-addon-versions --kubernetes-version …` gave them to others in September and
 * October 2026; ask it again before an upgrade (docs/aws.md).
 */
export const ADDON_VERSIONS: Readonly<Record<EksVersion, Readonly<Record<AddonName, string>>>> = {
  "1.36": {
    "vpc-cni": "v1.23.2-eksbuild.1",
    "kube-proxy": "v1.36.0-eksbuild.25",
    "eks-pod-identity-agent": "v1.4.0-eksbuild.3",
    coredns: "v1.14.7-eksbuild.10",
    "aws-ebs-csi-driver": "v1.66.0-eksbuild.1",
    "snapshot-controller": "v8.6.0-eksbuild.8",
    "metrics-server": "v0.9.0-eksbuild.11",
  },
  "1.35": {
    "vpc-cni": "v1.23.0-eksbuild.1",
    "kube-proxy": "v1.35.3-eksbuild.21",
    "eks-pod-identity-agent": "v1.4.0-eksbuild.2",
    coredns: "v1.13.2-eksbuild.21",
    "aws-ebs-csi-driver": "v1.65.0-eksbuild.1",
    "snapshot-controller": "v8.6.0-eksbuild.6",
    "metrics-server": "v0.9.0-eksbuild.7",
  },
};
