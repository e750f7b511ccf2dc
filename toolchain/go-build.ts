import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "./errors";
import type { Progress } from "./progress";
import { run, type Ended } from "./pulumi/command";

/** From this version on, `go` fetches the newer toolchain that the module asks for. */
const OLDEST_GO = 21;
/** Folders that a build works in begin with this; they are beside the target, so that the last step is a rename. */
const SCRATCH = ".build-";

/** One command to be made out of a Go module of ours, in which every dependency and checksum is pinned. */
export interface GoCommand {
  /** In titles and messages, with its version: "Pulumi CLI 3.256.0". */
  readonly title: string;
  /** The folder of go.mod. */
  readonly module: string;
  readonly package: string;
  /** Values of string variables of packages: the version that the command tells. */
  readonly variables: Readonly<Record<string, string>>;
  /** Completes "to build it Go … is needed; install Go …, or". */
  readonly insteadOfGo?: string;
}

/** Builds a command out of its module. The target appears when it is complete, or not at all. Call it under a lock. */
export async function buildGoCommand(progress: Progress, command: GoCommand, target: string): Promise<void> {
  await progress.step(`${command.title}: build from its Go module`, async (say) => {
    const go = await findGo(command, say);
    mkdirSync(dirname(target), { recursive: true });
    removeAbandoned(dirname(target));
    const scratch = mkdtempSync(join(dirname(target), SCRATCH));
    try {
      const built = join(scratch, "built");
      await compile(command, go, scratch, built, say);
      chmodSync(built, 0o755);
      renameSync(built, target);
      say(`${Math.round(statSync(target).size / 1e6)} MB`);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
}

/** What a build left that was killed: gigabytes. We hold the lock, so no build is running. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(SCRATCH)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

async function compile(
  command: GoCommand,
  go: string,
  scratch: string,
  built: string,
  say: (line: string) => void,
): Promise<void> {
  // Objects of this one build are gigabytes, and of no use afterwards. Modules go where Go keeps them: they are
  // read-only, shared, and needed again when the version is bumped.
  const env = {
    ...process.env,
    GOTOOLCHAIN: "auto",
    GOFLAGS: "-mod=readonly",
    GOCACHE: join(scratch, "cache"),
    GOTMPDIR: scratch,
    GOWORK: "off",
    CGO_ENABLED: "0",
  };
  const variables = Object.entries(command.variables).map(([name, value]) => `-X ${name}=${value}`);
  // The state of our repository is no part of a command, and asking Git for it fails in another user's checkout.
  const flags = ["-trimpath", "-buildvcs=false", "-ldflags", ["-s -w", ...variables].join(" ")];
  let packages = 0;
  const { code, output } = await run(go, ["build", "-v", ...flags, "-o", built, command.package], {
    cwd: command.module,
    env,
    onLine: (line) =>
      say(line.startsWith("go: downloading") ? line.slice("go: ".length) : `compiled ${++packages} packages`),
  });
  if (code !== 0) {
    const said = output.trim().split("\n").slice(-5).join("\n  ");
    throw new UserError(
      `building the ${command.title} failed:\n  ${said}`,
      `(cd ${command.module} && go build ${command.package})`,
    );
  }
}

/** The Go command, installed from the distribution's packages where that is possible. */
async function findGo(command: GoCommand, say: (line: string) => void): Promise<string> {
  const found = await run("go", ["env", "GOVERSION"]);
  if (isNewEnough(found)) return "go";
  if (process.getuid?.() === 0 && (await run("apt-get", ["--version"])).code === 0) {
    say("installing golang-go from the distribution");
    await run("apt-get", ["install", "--yes", "--no-install-recommends", "golang-go"], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      onLine: say,
    });
    if (isNewEnough(await run("go", ["env", "GOVERSION"]))) return "go";
  }
  const version = found.code === 0 ? `Go here is ${found.output.trim()}` : "there is no Go here";
  const instead = command.insteadOfGo === undefined ? "" : `, or ${command.insteadOfGo}`;
  throw new UserError(
    `to build the ${command.title} Go 1.${OLDEST_GO} or newer is needed; ${version}`,
    `install Go 1.${OLDEST_GO} or newer (go.dev/dl, or your distribution)${instead}`,
  );
}

function isNewEnough({ code, output }: Ended): boolean {
  const minor = /^go1\.(\d+)/.exec(output.trim())?.[1];
  return code === 0 && minor !== undefined && Number(minor) >= OLDEST_GO;
}
