import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const storageClass = (parameters: Fixture["props"], more: Fixture["props"] = {}): Fixture => ({
  type: "kubernetes:storage.k8s.io/v1:StorageClass",
  name: "class",
  props: { metadata: { name: "gp3" }, provisioner: "ebs.csi.aws.com", parameters, ...more },
});
const encrypted = storageClass({ type: "gp3", encrypted: "true" });

export const storageClassEncrypted: Cases = {
  rule: "ear-03-storage-class-encrypted",
  good: encrypted,
  bad: storageClass({ encrypted: "false" }),
  unknown: storageClass({ encrypted: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: storageClass({ type: "gp3" }),
  missingIs: "violation",
  canary: storageClass({ encrypted: CANARY }),
  sibling: { ...storageClass({}), type: "kubernetes:storage.k8s.io/v1beta1:StorageClassPatch" },
  more: [
    { name: "what is no EBS", is: "fine", of: storageClass({}, { provisioner: "pd.csi.storage.gke.io" }) },
    {
      name: "the maker of EKS Auto Mode",
      is: "violation",
      of: storageClass({}, { provisioner: "ebs.csi.eks.amazonaws.com" }),
    },
  ],
};

const claim = (spec: Fixture["props"]): Fixture => ({
  type: "kubernetes:core/v1:PersistentVolumeClaim",
  name: "claim",
  props: { metadata: { name: "data" }, spec },
});
const asks = claim({ storageClassName: "gp3" });
const copies = (spec: Fixture["props"]): Fixture => ({
  type: "kubernetes:apps/v1:StatefulSet",
  props: { spec: { template: { spec: {} }, volumeClaimTemplates: [{ spec }] } },
});

export const claimsEncrypted: Cases = {
  rule: "ear-04-claims-encrypted",
  good: [encrypted, asks],
  bad: [encrypted, claim({ storageClassName: "gp2" })],
  unknown: [encrypted, claim({ storageClassName: UNKNOWN })],
  unknownIs: "cannot tell",
  missing: [encrypted, claim({})],
  missingIs: "violation",
  canary: [encrypted, claim({ storageClassName: CANARY })],
  sibling: [encrypted, copies({})],
  more: [
    { name: "a class that is somewhere else", is: "violation", of: [asks] },
    {
      name: "a claim that comes and goes with its pod",
      is: "violation",
      of: [
        encrypted,
        {
          type: "kubernetes:apps/v1:Deployment",
          props: {
            spec: { template: { spec: { volumes: [{ ephemeral: { volumeClaimTemplate: { spec: {} } } }] } } },
          },
        },
      ],
    },
    {
      name: "an unknown name beside one that is wrong",
      is: "violation",
      of: [encrypted, claim({ storageClassName: UNKNOWN }), copies({ storageClassName: "other" })],
    },
    {
      name: "the name of a class that is not made yet",
      is: "fine",
      of: [encrypted, { ...claim({ storageClassName: UNKNOWN }), dependsOn: { spec: ["class"] } }],
    },
    {
      name: "a class of a maker that nobody knows",
      is: "violation",
      of: [storageClass({}, { provisioner: "rancher.io/local-path" }), asks],
    },
    {
      name: "a class that is in plain, which is the other rule's business",
      is: "fine",
      of: [storageClass({ encrypted: "false" }), asks],
    },
    {
      name: "a cloud that encrypts every disk",
      is: "fine",
      of: [storageClass({}, { provisioner: "disk.csi.azure.com" }), copies({ storageClassName: "gp3" })],
    },
  ],
};
