import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../errors";
import type { Progress } from "../progress";
import { run, type Ended } from "./command";
import { PULUMI_VERSION } from "./home";

/** Our go.mod: the CLI as a `tool`, with every dependency and checksum pinned. */
const MODULE = join(__dirname, "cli");
const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION_SYMBOL = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
/** From this version on, `go` fetches the newer toolchain that the module asks for. */
const OLDEST_GO = 21;
/** Folders that a build works in begin with this; they are beside the target, so that the last step is a rename. */
const SCRATCH = ".build-";

/** Builds the CLI out of its Go module. The target appears when it is complete, or not at all. */
export async function buildCli(progress: Progress, target: string): Promise<void> {
  await progress.step(`Pulumi CLI ${PULUMI_VERSION}: build from its Go module`, async (say) => {
    const go = await findGo(say);
    mkdirSync(dirname(target), { recursive: true });
    removeAbandoned(dirname(target));
    const scratch = mkdtempSync(join(dirname(target), SCRATCH));
    try {
      await compile(go, scratch, say);
      const built = join(scratch, "pulumi");
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

async function compile(go: string, scratch: string, say: (line: string) => void): Promise<void> {
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
  const flags = ["-trimpath", "-ldflags", `-s -w -X ${VERSION_SYMBOL}=v${PULUMI_VERSION}`];
  let packages = 0;
  const { code, output } = await run(go, ["build", "-v", ...flags, "-o", join(scratch, "pulumi"), PACKAGE], {
    cwd: MODULE,
    env,
    onLine: (line) =>
      say(line.startsWith("go: downloading") ? line.slice("go: ".length) : `compiled ${++packages} packages`),
  });
  if (code !== 0) {
    const said = output.trim().split("\n").slice(-5).join("\n  ");
    throw new UserError(
      `building the Pulumi CLI failed:\n  ${said}`,
      `(cd ${MODULE} && go build ${PACKAGE})`,
    );
  }
}

/** The Go command, installed from the distribution's packages where that is possible. */
async function findGo(say: (line: string) => void): Promise<string> {
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
  throw new UserError(
    `the Pulumi CLI cannot be downloaded, and to build it Go 1.${OLDEST_GO} or newer is needed; ${version}`,
    `install Go 1.${OLDEST_GO} or newer (go.dev/dl, or your distribution), or pulumi ${PULUMI_VERSION} itself`,
  );
}

function isNewEnough({ code, output }: Ended): boolean {
  const minor = /^go1\.(\d+)/.exec(output.trim())?.[1];
  return code === 0 && minor !== undefined && Number(minor) >= OLDEST_GO;
}
