import type { Resource } from "../../core/resource";
import { type Report, resourceRule, stackRule, type StackView } from "../../core/rule";
import { at, isMissing, isTrue, items, text, type Value } from "../../core/value";
import { podOf } from "../../models/pods";
import { coreTypes, kindOf, podTypes, withPatch } from "../../models/types";

const classTypes = withPatch(
  "kubernetes:storage.k8s.io/v1:StorageClass",
  "kubernetes:storage.k8s.io/v1beta1:StorageClass",
);
const claimTypes = coreTypes("PersistentVolumeClaim");

/** Makers of EBS volumes, which encrypt when told so. */
const EBS = ["ebs.csi.aws.com", "kubernetes.io/aws-ebs", "ebs.csi.eks.amazonaws.com"];
/** Makers whose clouds encrypt every disk. */
const ALWAYS = [
  "pd.csi.storage.gke.io",
  "disk.csi.azure.com",
  "file.csi.azure.com",
  "kubernetes.io/gce-pd",
  "kubernetes.io/azure-disk",
];

/** Whether a class is one of which somebody knows that it encrypts; the rule on classes judges those of EBS. */
const isKnown = ({ props }: Resource): boolean =>
  [...EBS, ...ALWAYS].includes(text(props["provisioner"]) ?? "");

/** Encryption of the disks that Kubernetes orders. */
export const storageClassEncrypted = resourceRule({
  name: "ear-03-storage-class-encrypted",
  group: "encryption",
  severity: "high",
  summary: "Storage classes of EBS make encrypted volumes.",
  why: "Every claim of the class gets a disk that its snapshots and the returned hardware show in plain.",
  fix: 'Set parameters.encrypted to "true", with parameters.kmsKeyId naming a key of your own.',
  maps: ["C-0264", "CIS-AWS-5.1.1"],
  unknown: "cannot tell",
  bad: `new k8s.storage.v1.StorageClass("gp3", { provisioner: "ebs.csi.aws.com", parameters: { type: "gp3" } });`,
  good: `new k8s.storage.v1.StorageClass("gp3", { provisioner: "ebs.csi.aws.com", parameters: { type: "gp3", encrypted: "true" } });`,
  types: classTypes,
  check({ props }, report) {
    if (!EBS.includes(text(props["provisioner"]) ?? "")) return;
    report.must("parameters.encrypted", at(props, "parameters", "encrypted"), isTrue, "is not true");
  },
});

interface Claim {
  readonly resource: Resource;
  readonly path: string;
  readonly name: Value;
}

/** The claims that a resource makes: itself, those of its copies, those that come and go with its pods. */
function claimsOf(resource: Resource): readonly Claim[] {
  if (claimTypes.includes(resource.type))
    return [{ resource, path: "spec", name: at(resource.props, "spec", "storageClassName") }];
  const templates = kindOf(resource.type) === "StatefulSet" ? "volumeClaimTemplates" : undefined;
  const copies = templates === undefined ? [] : items(at(resource.props, "spec", templates));
  const pod = podOf(resource);
  const volumes = items(at(pod.spec, "volumes"));
  return [
    ...copies.map((claim, index): Claim => ({
      resource,
      path: `spec.volumeClaimTemplates[${index}].spec`,
      name: at(claim, "spec", "storageClassName"),
    })),
    ...volumes.flatMap((volume, index): Claim[] => {
      const claim = at(volume, "ephemeral", "volumeClaimTemplate");
      const path = `${pod.path}.volumes[${index}].ephemeral.volumeClaimTemplate.spec`;
      return claim === undefined ? [] : [{ resource, path, name: at(claim, "spec", "storageClassName") }];
    }),
  ];
}

/** Which class a claim asks for. */
export const claimsEncrypted = stackRule({
  name: "ear-04-claims-encrypted",
  group: "encryption",
  severity: "high",
  summary: "Persistent volume claims ask for a storage class that encrypts.",
  why: "A claim without a class gets the cluster's default one, and nobody here has decided whether that encrypts.",
  fix: "Set spec.storageClassName to a class of this stack with parameters.encrypted, or list the cluster's own class in the option encryptedClasses.",
  maps: ["GK-storageclass", "C-0257"],
  unknown: "cannot tell",
  options: {
    encryptedClasses: { description: "storage classes of the cluster that encrypt", default: [] },
  },
  bad: `new k8s.core.v1.PersistentVolumeClaim("data", { spec: { accessModes: ["ReadWriteOnce"] } });`,
  good: `new k8s.core.v1.PersistentVolumeClaim("data", { spec: { accessModes: ["ReadWriteOnce"], storageClassName: "gp3-encrypted" } });`,
  types: [...claimTypes, ...classTypes, ...podTypes],
  check(stack, report) {
    const classes = stack.of(...classTypes);
    for (const claim of stack.of(...claimTypes, ...podTypes).flatMap(claimsOf))
      judge(claim, classes, stack, report);
  },
});

function judge(claim: Claim, classes: readonly Resource[], stack: StackView, report: Report): void {
  const { resource, name } = claim;
  const path = `${claim.path}.storageClassName`;
  if (isMissing(name)) return report.violation(path, "names no storage class", resource);
  const wanted = text(name);
  if (wanted !== undefined && report.list("encryptedClasses").includes(wanted)) return;
  const found =
    wanted === undefined
      ? referred(resource, stack)
      : classes.find(({ props }) => at(props, "metadata", "name") === wanted);
  if (found === undefined && wanted === undefined) report.cannotTell(path, resource);
  else if (found === undefined || !isKnown(found))
    report.violation(path, "names a class of which nothing says that it encrypts", resource);
}

/** The class from which a name comes that is not known yet. */
const referred = ({ propertyDependencies }: Resource, stack: StackView): Resource | undefined =>
  (propertyDependencies["spec"] ?? [])
    .map((urn) => stack.byUrn(urn))
    .find((one) => one !== undefined && classTypes.includes(one.type));
