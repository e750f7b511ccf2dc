import { readdir, readFile, realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Finding } from "./facts";

/** The disk on which the engine keeps its volumes. */
export interface DiskEncryption {
  /** Folder of the engine's data. */
  readonly path: string;
  /** Device that is mounted there, as in `/dev/vda1`. */
  readonly device: string;
  /** Whether the kernel encrypts what is written to it (dm-crypt, which LUKS uses). */
  readonly encrypted: boolean;
}

/** Where the kernel's tables lie; tests have their own. */
const KERNEL = { mounts: "/proc/self/mountinfo", blocks: "/sys/class/block" };

/** Whether the disk below a folder is encrypted by this machine's kernel. Absent where that cannot be told. */
export async function diskEncryption(path: string, kernel = KERNEL): Promise<DiskEncryption | undefined> {
  const mounts = await readFile(kernel.mounts, "utf8").catch(() => "");
  // The engine may be on another machine, or in a virtual one: its folder is not here then.
  const folder = await realpath(path).catch(() => undefined);
  const device = folder === undefined ? undefined : deviceBelow(folder, mounts);
  if (device === undefined) return undefined;
  const name = basename(await realpath(device).catch(() => device));
  return { path, device, encrypted: await encrypts(name, kernel.blocks) };
}

/** The device of the innermost mount that holds a path; undefined where no device is below it, as below an overlay. */
export function deviceBelow(path: string, mounts: string): string | undefined {
  const holding = mounts
    .split("\n")
    .flatMap((line) => {
      const [left = "", right = ""] = line.split(" - ");
      const point = left.split(" ")[4];
      const source = right.split(" ")[1];
      return point === undefined || source === undefined ? [] : [{ point, source }];
    })
    .filter(({ point }) => point === "/" || path === point || path.startsWith(`${point}/`));
  // Of two mounts on one point the later one is seen.
  const inner = holding.reduce((best, one) => (one.point.length >= best.point.length ? one : best), {
    point: "",
    source: "",
  });
  return inner.source.startsWith("/dev/") ? inner.source : undefined;
}

/** A device of dm-crypt, or one that lies on such devices alone: LVM on LUKS. */
async function encrypts(name: string, blocks: string): Promise<boolean> {
  const uuid = await readFile(join(blocks, name, "dm", "uuid"), "utf8").catch(() => "");
  if (uuid.startsWith("CRYPT-")) return true;
  const below = await readdir(join(blocks, name, "slaves")).catch(() => []);
  const all = await Promise.all(below.map((one) => encrypts(one, blocks)));
  return all.length > 0 && all.every(Boolean);
}

/** A warning: what a cloud or a hypervisor encrypts below the machine cannot be seen from here. */
export function diskEncryptionFindings(found: DiskEncryption | undefined): Finding[] {
  if (found === undefined || found.encrypted) return [];
  return [
    {
      severity: "warning",
      what: `encryption of ${found.path}, where Docker keeps its volumes`,
      found: `none: this machine writes ${found.device} in plain`,
      allowed: "an encrypted disk: policies/config/dev.json attests one for development (ear-13)",
      fix: "put the folder on a LUKS volume (cryptsetup luksFormat), or encrypt the disk in the cloud or the hypervisor, which cannot be seen from here",
    },
  ];
}
