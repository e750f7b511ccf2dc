import { StorageClass } from "@pulumi/kubernetes/storage/v1/storageClass";
import * as pulumi from "@pulumi/pulumi";
import type { DataProtection } from "../protection";

/** Name of the class of encrypted disks. */
export const STORAGE_CLASS = "gp3-encrypted";

/** Args of `Storage`. */
export interface StorageArgs {
  /** ARN of the disks' key. */
  readonly keyArn: pulumi.Input<string>;
  readonly dataProtection: DataProtection;
}

/** Disks for the services: encrypted with the stack's key, in the zone of the pod, and the default of the cluster. */
export class Storage extends pulumi.ComponentResource {
  constructor(name: string, { keyArn, dataProtection }: StorageArgs, opts: pulumi.ComponentResourceOptions) {
    super("semblance:aws:Storage", name, {}, opts);
    new StorageClass(
      `${name}-${STORAGE_CLASS}`,
      {
        metadata: {
          name: STORAGE_CLASS,
          annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
        },
        provisioner: "ebs.csi.aws.com",
        parameters: { type: "gp3", encrypted: "true", kmsKeyId: keyArn, "csi.storage.k8s.io/fstype": "ext4" },
        // A disk outlives its claim, unless the stack's data may go.
        reclaimPolicy: dataProtection === "delete" ? "Delete" : "Retain",
        volumeBindingMode: "WaitForFirstConsumer",
        allowVolumeExpansion: true,
      },
      // Its parameters cannot be changed; a new one takes the place of the old one, and disks do not mind.
      { parent: this, deleteBeforeReplace: true },
    );
    this.registerOutputs({});
  }
}
