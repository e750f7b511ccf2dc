import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

/** Folders of programs of our own; their tests are not all part of their images' builds. */
const MODULES = ["container-exporter", "door", "ollama/models"];
/** From this version on, Go fetches the newer toolchain that a module asks for. */
const OLDEST_GO = 21;
/** Without a compiler's cache everything that a module uses is compiled first, and perhaps downloaded. */
const COLD_MS = 300_000;

/** Why Go's tests cannot run on this machine; undefined when they can. */
function whyNot(): string | undefined {
  const { error, stdout } = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8" });
  if (error !== undefined) return "there is no Go on this machine's PATH";
  const minor = Number(/^go1\.(\d+)/.exec(stdout)?.[1]);
  return minor >= OLDEST_GO ? undefined : `found ${stdout.trim()}, and Go 1.${OLDEST_GO} is needed`;
}

/** Runs `go` in a module of ours with its dependencies as they are pinned; an error with what it said when it fails. */
async function go(module: string, ...args: readonly string[]): Promise<string> {
  const cwd = join(__dirname, "..", "..", "images", module);
  const env = {
    ...process.env,
    CGO_ENABLED: "0",
    GOFLAGS: "-mod=readonly",
    GOTOOLCHAIN: "auto",
    GOWORK: "off",
  };
  const child = spawn("go", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const [out, problems, code] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    new Promise((resolve, reject) => child.once("close", resolve).once("error", reject)),
  ]);
  const said = `${out.toString("utf8")}${problems.toString("utf8")}`;
  assert.equal(code, 0, `go ${args.join(" ")} in ${cwd}:\n${said}`);
  return said;
}

describe("Programs in Go", function () {
  this.timeout(COLD_MS);
  const why = whyNot();
  for (const module of MODULES) {
    if (why !== undefined) it.skip(`${module}: ${why}`);
    else
      it(`${module}: its own tests pass, and vet finds nothing`, async () => {
        await go(module, "vet", "./...");
        const said = await go(module, "test", "./...");
        assert.match(said, /^ok\s/m, "there are tests");
      });
  }
});
