import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildCli } from "../../toolchain/pulumi/go-build";
import { PULUMI_VERSION } from "../../toolchain/pulumi/home";
import { silent } from "../../toolchain/progress";

describe("Pulumi CLI: the build from its Go module, with a stand-in for Go", () => {
  const scratch = mkdtempSync(join(tmpdir(), "go-build-"));
  const tools = join(scratch, "tools");
  const target = join(scratch, "versions", "bin", "pulumi");
  const { PATH } = process.env;

  /** A `go` that says its version and "compiles" by running `build`. */
  function go(version: string, build: string): void {
    mkdirSync(tools, { recursive: true });
    const script = `#!/bin/sh\nif [ "$1" = env ]; then echo ${version}; exit; fi\nfor last; do :; done\n${build}\n`;
    writeFileSync(join(tools, "go"), script);
    chmodSync(join(tools, "go"), 0o755);
  }
  // The last -o argument is the file to be written.
  const OUT = `while [ "$1" != -o ]; do args="$args $1"; shift; done; out=$2`;

  beforeEach(() => {
    // Neither the machine's Go nor its apt-get: nothing may be installed by a test.
    process.env["PATH"] = tools;
  });
  afterEach(() => {
    process.env["PATH"] = PATH;
    rmSync(join(scratch, "versions"), { recursive: true, force: true });
  });
  after(() => rmSync(scratch, { recursive: true }));

  it("pins the module to the version that npm's package has, and never edits go.mod", () => {
    const mod = readFileSync(join(__dirname, "..", "..", "toolchain", "pulumi", "cli", "go.mod"), "utf8");
    assert.match(mod, new RegExp(`pulumi/pkg/v3 v${PULUMI_VERSION.replaceAll(".", "\\.")}`));
    assert.match(mod, new RegExp(`pulumi/sdk/v3 v${PULUMI_VERSION.replaceAll(".", "\\.")}`));
  });

  it("puts the command there in one step, without C, with a cache that it takes away again", async () => {
    mkdirSync(join(dirname(target), ".build-killed"), { recursive: true });
    go(
      "go1.26.8",
      `${OUT}; echo "$args; $CGO_ENABLED $GOTOOLCHAIN $GOFLAGS $last" > "$out"; : > "$GOCACHE.made"`,
    );
    await buildCli(silent, target);
    const said = readFileSync(target, "utf8");
    assert.match(
      said,
      new RegExp(`-trimpath .*version\\.Version=v${PULUMI_VERSION}; 0 auto -mod=readonly github.com/pulumi/`),
    );
    assert.deepEqual(readdirSync(dirname(target)), ["pulumi"]);
  });

  it("leaves nothing after a failure, and says what Go said and how to see it again", async () => {
    go("go1.22.0", `${OUT}; echo half > "$out"; echo "pkg/x.go:1: no such thing" >&2; exit 1`);
    await assert.rejects(
      buildCli(silent, target),
      /failed:\n {2}pkg\/x\.go:1: no such thing\n {2}fix: \(cd .* go build/,
    );
    assert.deepEqual(readdirSync(dirname(target)), []);
  });

  it("says what is needed where Go is too old or absent", async () => {
    go("go1.19.8", "exit 1");
    await assert.rejects(
      buildCli(silent, target),
      /Go 1\.21 or newer is needed; Go here is go1\.19\.8\n {2}fix: install Go/,
    );
    rmSync(join(tools, "go"));
    await assert.rejects(buildCli(silent, target), /there is no Go here/);
    assert.equal(existsSync(target), false);
  });
});
