import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import { baseImage, publishedRef } from "../../components/images";
import { runLogged } from "./commands";
import { UserError } from "../errors";
import { contentHash, readContext } from "./content";
import { messagesOf } from "./messages";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** An image that the Dockerfiles in `images/` can build on. */
export interface Base {
  readonly ref: string;
  /** Part of the hash of what is built on it. */
  readonly identity: string;
}

/** The official base, and its stand-in made of Debian's packages: the same Dockerfiles build on both. */
export interface KnownBases {
  readonly published: Base;
  readonly bootstrapped: Base;
}

/** What the two bases are called and what identifies their content. */
export async function knownBases(imagesFolder: string, mirror: string | undefined): Promise<KnownBases> {
  const hash = contentHash(await readContext(join(imagesFolder, "base")), []);
  return {
    published: { ref: publishedRef(baseImage, mirror), identity: baseImage.digest },
    bootstrapped: { ref: `semblance-curation/base:${baseImage.tag}-${hash}`, identity: `bootstrap-${hash}` },
  };
}

/** What the bootstrap of a base needs. */
export interface BootstrapRequest {
  readonly imagesFolder: string;
  readonly base: Base;
  /** Folder for the root file system while it is made; gone afterwards. */
  readonly workFolder: string;
  readonly log: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes a Debian root file system with debootstrap and imports it as an image: the way to a base where packages can be
 * reached but no registry. Needs root on a Debian-like machine.
 * @throws UserError where that is not so
 */
export async function bootstrapBase(docker: Docker, request: BootstrapRequest): Promise<void> {
  const { say, signal, log } = request;
  const command = (program: string, ...args: string[]): Promise<void> =>
    runLogged(program, args, { log, say, signal });
  await requireDebootstrap(docker, command);
  await removeLeftovers(request.workFolder);
  await mkdir(request.workFolder, { recursive: true });
  const folder = await mkdtemp(join(request.workFolder, "rootfs-"));
  // It becomes the root folder of the image, which every user must be able to enter, whatever mask this user has.
  await chmod(folder, 0o755);
  try {
    const script = join(request.imagesFolder, "base", "bootstrap.sh");
    await command("sh", "-c", 'umask 022 && exec sh "$0" "$1"', script, folder);
    say("importing the root file system");
    await importFolder(docker, folder, request.base.ref, signal);
  } finally {
    await removeLeftovers(request.workFolder);
  }
}

async function requireDebootstrap(
  docker: Docker,
  command: (program: string, ...args: string[]) => Promise<void>,
): Promise<void> {
  const fix =
    "allow the engine to reach an image registry, or set a mirror: pulumi config set --path images.mirror HOST[/PATH]";
  if (process.getuid?.() !== 0) {
    throw new UserError("no image registry answers, and building images from packages alone needs root", fix);
  }
  const { Arch } = await docker.version();
  const here = { x64: "amd64", arm64: "arm64" }[process.arch as string];
  if (Arch !== here) {
    throw new UserError(
      `no image registry answers, and the engine (${Arch}) is of another kind than this machine (${process.arch})`,
      fix,
    );
  }
  // Without the keyring debootstrap would go on with unverified packages.
  if ((await runs("debootstrap", "--version")) && (await runs("test", "-s", KEYRING))) return;
  if (!(await runs("apt-get", "--version"))) {
    throw new UserError(
      "no image registry answers, and this machine has no debootstrap and no apt-get to install it",
      fix,
    );
  }
  await command("apt-get", "update");
  await command(
    "apt-get",
    "install",
    "-y",
    "--no-install-recommends",
    "debootstrap",
    "debian-archive-keyring",
  );
}

function runs(program: string, ...args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "ignore" });
    child.on("error", () => resolve(false));
    child.on("close", (code) => resolve(code === 0));
  });
}

async function importFolder(docker: Docker, folder: string, ref: string, signal: AbortSignal): Promise<void> {
  const tar = spawn("tar", ["--numeric-owner", "-C", folder, "-c", "."], {
    stdio: ["ignore", "pipe", "ignore"],
    signal,
  });
  const packed = new Promise<void>((resolve, reject) => {
    tar.on("error", reject);
    tar.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`tar ended with ${code}`))));
  });
  const [repo = "", tag = ""] = ref.split(":");
  const imported = async (): Promise<void> => {
    // Imported without a name, and named when it is whole: a stream that breaks off may look like a complete one.
    let id: string | undefined;
    const output = await docker.importImage(tar.stdout, { changes: 'CMD ["bash"]', abortSignal: signal });
    for await (const message of messagesOf(output)) {
      if (message.error !== undefined) throw new Error(message.error);
      id = message.status ?? id;
    }
    await packed;
    if (id === undefined) throw new Error("the engine did not name the imported image");
    await docker.getImage(id).tag({ repo, tag });
  };
  await Promise.all([packed, imported()]);
}

/** Removes root file systems that a run left, after what debootstrap may still have mounted in them. */
async function removeLeftovers(workFolder: string): Promise<void> {
  const mounts = await readFile("/proc/self/mountinfo", "utf8");
  const inside = mounts
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((mountPoint) => mountPoint.startsWith(`${workFolder}/`));
  for (const mountPoint of inside.reverse()) await runs("umount", mountPoint);
  await rm(workFolder, { recursive: true, force: true });
}
