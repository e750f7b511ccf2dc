import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { UserError } from "../../errors";
import { buildGoCommand } from "../../go-build";
import type { Progress } from "../../progress";
import { run } from "../../pulumi/command";
import { withLock } from "../../pulumi/lock";

const ACTIONLINT_MODULE = join(__dirname, "actionlint");
const REQUIREMENTS = join(__dirname, "requirements.txt");

/** The linter of workflows' syntax and expressions, built once per user from its Go module: half a minute. */
export function ensureActionlint(progress: Progress): Promise<string> {
  const target = join(
    folderFor(
      "actionlint",
      ["go.mod", "go.sum"].map((name) => join(ACTIONLINT_MODULE, name)),
    ),
    "actionlint",
  );
  return once(progress, target, () =>
    buildGoCommand(
      progress,
      {
        title: "actionlint",
        module: ACTIONLINT_MODULE,
        package: "github.com/rhysd/actionlint/cmd/actionlint",
        variables: {},
      },
      target,
    ),
  );
}

/** The linter of workflows' security, installed once per user from PyPI into an environment of its own. */
export function ensureZizmor(progress: Progress): Promise<string> {
  const folder = folderFor("zizmor", [REQUIREMENTS]);
  const target = join(folder, "bin", "zizmor");
  return once(progress, target, () =>
    progress.step("zizmor: install from PyPI", async () => {
      await python(folder, "python3", ["-m", "venv", folder]);
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"];
      await python(folder, join(folder, "bin", "python"), [...pip, "--require-hashes", "-r", REQUIREMENTS]);
    }),
  );
}

/** Half an environment is none. */
async function python(folder: string, command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await run(command, args);
  if (code === 0) return;
  rmSync(folder, { recursive: true, force: true });
  const said = output.trim().split("\n").slice(-3).join("\n  ");
  throw new UserError(
    `zizmor cannot be installed:\n  ${said}`,
    "install Python 3.10 or newer with venv and pip, and let it reach PyPI or a mirror of it",
  );
}

async function once(progress: Progress, target: string, make: () => Promise<void>): Promise<string> {
  if (existsSync(target)) return target;
  mkdirSync(dirname(dirname(target)), { recursive: true });
  const onWait = (owner: number) =>
    progress.note(`another run (process ${owner}) is making ${target}; waiting for it`);
  await withLock(`${dirname(target).replace(/\/bin$/, "")}.lock`, onWait, async () => {
    if (!existsSync(target)) await make();
  });
  return target;
}

/** Another pin is another folder. */
function folderFor(name: string, pins: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of pins) hash.update(readFileSync(file));
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(cache, "semblance-curation", "ci", `${name}-${hash.digest("hex").slice(0, 12)}`);
}
