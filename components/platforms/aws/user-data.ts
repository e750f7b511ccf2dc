import type { Pool } from "./pools";

/** Where the disk for images is, as the machine's launch template names it. */
export const IMAGES_DEVICE = "/dev/xvdb";

/** Whether a node image is Bottlerocket. */
export const isBottlerocket = (ami: string): boolean => ami.startsWith("BOTTLEROCKET");

/**
 * What a node is told when it starts, besides what EKS tells it. Bottlerocket takes settings and has its images on the second
 * disk by itself; on AL2023 a script brings them there before the node's services start.
 */
export const userData = (pool: Pool): string =>
  Buffer.from(isBottlerocket(pool.ami) ? bottlerocketSettings(pool) : al2023Script()).toString("base64");

/** Bottlerocket's settings as TOML. No shell: neither over SSM nor for an administrator. */
export function bottlerocketSettings(pool: Pool): string {
  return [
    "[settings.host-containers.admin]",
    "enabled = false",
    "",
    "[settings.host-containers.control]",
    "enabled = false",
    ...gpuSettings(pool),
    "",
  ].join("\n");
}

const NVIDIA = "settings.kubelet-device-plugins.nvidia";

/** How Bottlerocket's own device plugin shares GPUs, under the names that pods ask for. */
function gpuSettings({ gpu }: Pool): string[] {
  if (gpu === undefined || gpu.sharing.strategy === "none") return [];
  const { sharing } = gpu;
  switch (sharing.strategy) {
    case "time-slicing":
      return [
        "",
        `[${NVIDIA}]`,
        'device-sharing-strategy = "time-slicing"',
        "",
        `[${NVIDIA}.time-slicing]`,
        `replicas = ${sharing.replicas}`,
        "rename-by-default = true",
        "fail-requests-greater-than-one = true",
      ];
    case "mps":
      return [
        "",
        `[${NVIDIA}]`,
        'device-sharing-strategy = "mps"',
        "",
        `[${NVIDIA}.mps]`,
        `replicas = ${sharing.replicas}`,
        "rename-by-default = true",
      ];
    case "mig":
      return [
        "",
        `[${NVIDIA}]`,
        'device-partitioning-strategy = "mig"',
        "",
        `[${NVIDIA}.mig.profile]`,
        `"${sharing.gpu.replace("-", ".")}" = "${sharing.profile}"`,
      ];
  }
}

/** Brings containerd's folder to the second disk, with the images that the AMI came with. EKS adds its own part to the MIME document. */
export function al2023Script(): string {
  return [
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="//"',
    "",
    "--//",
    'Content-Type: text/x-shellscript; charset="us-ascii"',
    "",
    "#!/bin/sh",
    "set -eu",
    `disk=$(readlink -f ${IMAGES_DEVICE})`,
    'blkid "$disk" || mkfs.xfs "$disk"',
    "mkdir -p /mnt/images /var/lib/containerd",
    'mount "$disk" /mnt/images',
    "cp -a /var/lib/containerd/. /mnt/images/",
    "umount /mnt/images",
    // By what is on it: the kernel may call the disk otherwise after a restart.
    'echo "UUID=$(blkid -s UUID -o value "$disk") /var/lib/containerd xfs defaults,noatime 0 2" >> /etc/fstab',
    "mount /var/lib/containerd",
    "restorecon -R /var/lib/containerd || true",
    "--//--",
    "",
  ].join("\n");
}
