import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Progress } from "../progress";
import { withLock } from "../pulumi/lock";
import { buildGoCommand } from "../go-build";

/** The version of the API server and its controllers. */
export const KUBERNETES_VERSION = "1.36.3";

const MODULE = join(__dirname, "control-plane");
/** Both packages tell their own copy: one to clients of the server, the other to servers. */
const VERSION_PACKAGES = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];

/** Minutes that the build takes on a small machine, with some room. */
export const CONTROL_PLANE_MINUTES = 15;

/** Whether the binary is there already. */
export const hasControlPlane = (): boolean => existsSync(binaryPath());

const binaryPath = (): string =>
  join(cacheFolder(), "control-plane", `${KUBERNETES_VERSION}-${fingerprint()}`, "cluster");

/** The control plane's binary, built once per user: about 9 minutes of CPU, 133 MB. */
export async function ensureControlPlane(progress: Progress): Promise<string> {
  const binary = binaryPath();
  if (existsSync(binary)) return binary;
  const onWait = (owner: number) =>
    progress.note(`another run (process ${owner}) is building the Kubernetes control plane; waiting for it`);
  await withLock(`${dirname(binary)}.lock`, onWait, async () => {
    if (!existsSync(binary)) await build(progress, binary);
  });
  return binary;
}

function build(progress: Progress, target: string): Promise<void> {
  const [major = "", minor = ""] = KUBERNETES_VERSION.split(".");
  const variables = VERSION_PACKAGES.flatMap((name) => [
    [`${name}.gitVersion`, `v${KUBERNETES_VERSION}`],
    [`${name}.gitMajor`, major],
    [`${name}.gitMinor`, minor],
  ]);
  const title = `Kubernetes control plane ${KUBERNETES_VERSION}`;
  const command = { title, module: MODULE, package: ".", variables: Object.fromEntries(variables) };
  return buildGoCommand(progress, command, target);
}

/** What the binary is made of: a change of it is another binary. */
function fingerprint(): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(MODULE).sort()) hash.update(name).update(readFileSync(join(MODULE, name)));
  return hash.digest("hex").slice(0, 12);
}

function cacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "semblance-curation");
}
