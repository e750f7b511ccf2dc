import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const cluster = (props: Fixture["props"]): Fixture => ({ type: "aws:eks/cluster:Cluster", props });
const config = (provider: Fixture["props"], resources: string | string[] = ["secrets"]): Fixture =>
  cluster({ encryptionConfig: { provider, resources } });

export const eksSecretsEncrypted: Cases = {
  rule: "ear-05-eks-secrets-envelope",
  good: config({ keyArn: "arn:aws:kms:eu-central-1:1:key/a" }),
  bad: config({ keyArn: "arn:aws:kms:eu-central-1:1:key/a" }, ["configmaps"]),
  unknown: config({ keyArn: "arn:aws:kms:eu-central-1:1:key/a" }, UNKNOWN),
  unknownIs: "cannot tell",
  missing: cluster({}),
  missingIs: "violation",
  canary: config({ keyArn: "" }, [CANARY]),
  sibling: { type: "eks:index:Cluster", props: {} },
  more: [
    { name: "a key that is not made yet", is: "fine", of: config({ keyArn: UNKNOWN }) },
    { name: "no key", is: "violation", of: config({}) },
    {
      name: "a configuration that is not known",
      is: "cannot tell",
      of: cluster({ encryptionConfig: UNKNOWN }),
    },
    {
      name: "the component with a key that is not made yet",
      is: "fine",
      of: { type: "eks:index:Cluster", props: { encryptionConfigKeyArn: UNKNOWN } },
    },
  ],
};
