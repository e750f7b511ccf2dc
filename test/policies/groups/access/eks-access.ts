import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const cluster = (accessConfig: JavaScriptValue): Fixture => ({
  type: "aws:eks/cluster:Cluster",
  props: { roleArn: "arn:aws:iam::123456789012:role/cluster", accessConfig },
});
const good = { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false };
const association = (policy: string, principalArn: string): Fixture => ({
  type: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
  props: {
    clusterName: "app",
    principalArn,
    policyArn: `arn:aws:eks::aws:cluster-access-policy/${policy}`,
    accessScope: { type: "cluster" },
  },
});
const CI = "arn:aws:iam::123456789012:role/ci";

export const eksAccessEntries: Cases = {
  rule: "rb-13-eks-access-entries",
  good: cluster(good),
  bad: cluster({ ...good, authenticationMode: "CONFIG_MAP" }),
  unknown: cluster({ ...good, authenticationMode: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: { type: "aws:eks/cluster:Cluster", props: {} },
  missingIs: "violation",
  canary: association("AmazonEKSClusterAdminPolicy", `arn:aws:iam::123456789012:role/${CANARY}`),
  sibling: association("AmazonEKSClusterAdminPolicy", CI),
  more: [
    {
      name: "whoever makes it administers it",
      is: "violation",
      of: cluster({ ...good, bootstrapClusterCreatorAdminPermissions: true }),
    },
    {
      name: "whoever makes it administers it, since nothing is said",
      is: "violation",
      of: cluster({ authenticationMode: UNKNOWN }),
    },
    { name: "both ways", is: "fine", of: cluster({ ...good, authenticationMode: "API_AND_CONFIG_MAP" }) },
    { name: "an administrator of namespaces", is: "violation", of: association("AmazonEKSAdminPolicy", CI) },
    { name: "a viewer", is: "fine", of: association("AmazonEKSViewPolicy", CI) },
    {
      name: "an administrator who is not known",
      is: "cannot tell",
      of: association("AmazonEKSClusterAdminPolicy", UNKNOWN),
    },
    {
      name: "an entry of a group that may do anything",
      is: "violation",
      of: {
        type: "aws:eks/accessEntry:AccessEntry",
        props: { kubernetesGroups: ["team", "system:masters"] },
      },
    },
    {
      name: "an entry of a team",
      is: "fine",
      of: { type: "aws:eks/accessEntry:AccessEntry", props: { kubernetesGroups: ["team"] } },
    },
  ],
};
