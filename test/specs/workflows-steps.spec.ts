import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";

const workflows = join(__dirname, "..", "..", ".github", "workflows");
const schema = z.looseObject({
  jobs: z.record(
    z.string(),
    z.looseObject({
      steps: z.array(z.looseObject({ name: z.string().optional(), run: z.string().optional() })).optional(),
    }),
  ),
});

/** What tries to become a command, wherever a value could be read as one. */
const HOSTILE = `$(touch pwned)\`touch pwned\`;touch pwned #" ' && touch pwned | x\ntouch pwned`;

describe("steps of workflows, run as scripts", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "steps-"));
    mkdirSync(join(folder, "bin"));
    mkdirSync(join(folder, ".ci"));
    // In place of each command: one that notes what it was called with, an argument per line.
    const recorder = `#!/bin/sh\n{ basename "$0"; for one; do printf '%s' "$one" | base64 -w0; echo; done; echo --; } >>"${folder}/calls"\n`;
    for (const name of ["bin/npm", "bin/cosign", ".ci/run"]) {
      writeFileSync(join(folder, name), recorder);
      chmodSync(join(folder, name), 0o755);
    }
    writeFileSync(join(folder, "bin", "git"), "#!/bin/sh\necho 0123456789abcdef0123456789abcdef01234567\n");
    chmodSync(join(folder, "bin", "git"), 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs a script as a runner does, and answers with the calls that it made. */
  function calls(script: string, env: Readonly<Record<string, string>>): string[][] {
    const file = join(folder, "step.sh");
    writeFileSync(file, script);
    // As GitHub calls it without `shell:`.
    const { status, stderr } = spawnSync("bash", ["-e", file], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: `${join(folder, "bin")}:/usr/bin:/bin`, RUNNER_TEMP: "/runner temp", ...env },
    });
    assert.equal(status, 0, stderr);
    assert.ok(!existsSync(join(folder, "pwned")), script);
    const noted = readFileSync(join(folder, "calls"), "utf8");
    rmSync(join(folder, "calls"));
    return noted
      .split("\n--\n")
      .filter((call) => call !== "")
      .map((call) => {
        const [name = "", ...args] = call.split("\n");
        return [name, ...args.map((one) => Buffer.from(one, "base64").toString())];
      });
  }

  for (const file of readdirSync(workflows)) {
    const { jobs } = schema.parse(load(readFileSync(join(workflows, file), "utf8")));
    for (const [name, { steps = [] }] of Object.entries(jobs))
      for (const { run, name: title } of steps) {
        if (run === undefined) continue;
        it(`${file}, ${name}: "${title ?? run}" makes one call, whatever its variables hold`, () => {
          const names = new Set([...run.matchAll(/\$\{?([A-Z_]+)/g)].map(([, variable = ""]) => variable));
          names.delete("RUNNER_TEMP");
          const made = calls(run, Object.fromEntries([...names].map((variable) => [variable, HOSTILE])));
          assert.equal(made.length, 1);
          const words = made[0] ?? [];
          for (const _ of names)
            assert.ok(
              words.some((word) => word.includes(HOSTILE)),
              "the value arrives whole",
            );
          // As many words as the script has, so that none was split.
          const written = run
            .replace(/"[^"]*(\$\([^)]*\))?[^"]*"/g, "word")
            .trim()
            .split(/\s+/);
          assert.equal(words.length, written.length, words.join("|"));
        });
      }
  }

  it("review compares with the base as the merge has it, or with the state", () => {
    const { jobs } = schema.parse(load(readFileSync(join(workflows, "review.yml"), "utf8")));
    const script = (name: string): string =>
      jobs["review"]?.steps?.find((step) => step.name?.startsWith(name))?.run ?? assert.fail(name);
    const base = ["--base", "0123456789abcdef0123456789abcdef01234567"];
    const env = { STACK: "prod" };
    assert.deepEqual(calls(script("Review against the base"), env), [
      ["npm", "run", "review", "--", "--stack", "prod", ...base, "--out", "review"],
    ]);
    assert.deepEqual(calls(script("Review against the deployed"), env), [
      ["npm", "run", "review", "--", "--stack", "prod", "--out", "review"],
    ]);
  });
});
