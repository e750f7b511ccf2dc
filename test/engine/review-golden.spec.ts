import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "../../toolchain/commands/args";
import { review } from "../../toolchain/commands/review";
import { ensureCli } from "../../toolchain/pulumi/cli";
import { silent } from "../../toolchain/progress";
import { PretendedStack } from "../../toolchain/review/pretend-stack";
import { copyTree } from "../../toolchain/review/worktree";
import { styleOf } from "../../toolchain/terminal";
import { CANARY, changes, type GoldenChange, STACK_FILES } from "./review-golden-changes";

const ROOT = join(__dirname, "..", "..");
const GOLDEN = join(__dirname, "review-golden");
/** To write the pages anew, and read what has become of them: UPDATE_GOLDEN=true. */
const update = process.env["UPDATE_GOLDEN"] === "true";

/** What is of this run and not of the change: times, days, commits, and hashes of generated contents. */
const steady = (page: string): string =>
  page
    .replaceAll(/\b\d+(\.\d+)? ?s\b/g, "N s")
    .replaceAll(/"expires":"[\d-]+"/g, '"expires":"DAY"')
    .replaceAll(/`[0-9a-f]{7,40}`/g, "`COMMIT`")
    .replaceAll(/\b(?=\d*[a-f])[0-9a-f]{12,64}\b/g, "HASH");

describe("golden reviews of ten changes, on the real engine", function () {
  this.timeout(10 * 60_000);
  let checkout: string;
  const written: string[] = [];

  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-C", checkout, "-c", "user.name=test", "-c", "user.email=test@localhost", ...args]);

  before(async () => {
    checkout = await mkdtemp(join(tmpdir(), "semblance-golden-"));
    await copyTree(ROOT, checkout);
    // JSON is YAML.
    for (const [name, content] of Object.entries(STACK_FILES))
      await writeFile(join(checkout, name), JSON.stringify(content));
    git("init", "--quiet");
    await writeFile(join(checkout, ".git", "info", "exclude"), "node_modules\n");
    git("add", "--all");
    git("commit", "--quiet", "--message", "base");
    await symlink(join(ROOT, "node_modules"), join(checkout, "node_modules"));
  });
  after(() => rm(checkout, { recursive: true, force: true }));

  /** `npm run review` in the checkout. */
  async function reviewed({ stack }: GoldenChange): Promise<{ code: number; page: string }> {
    const args = parse(review.syntax, ["--stack", stack, "--base", "HEAD"]);
    const printed: string[] = [];
    const surroundings = {
      root: checkout,
      progress: { ...silent, note: (line: string) => void written.push(line) },
      style: styleOf({ colors: false }),
      print: (text: string) => void printed.push(text),
    };
    const code = await review.run(args, surroundings);
    const page = printed.join("\n");
    const files = join(checkout, ".semblance", "review", `review-${stack}`);
    assert.equal(await readFile(`${files}.md`, "utf8"), page);
    written.push(page, await readFile(`${files}.json`, "utf8"));
    return { code, page };
  }

  for (const change of changes) {
    it(`${change.name} (${change.stack})`, async () => {
      await change.edit(checkout);
      try {
        const { code, page } = await reviewed(change);
        const file = join(GOLDEN, `${change.name}.md`);
        if (update) writeFileSync(file, steady(page));
        assert.ok(existsSync(file), `${file} is not there: UPDATE_GOLDEN=true writes it`);
        assert.equal(steady(page), readFileSync(file, "utf8"));
        assert.equal(code, change.code, page);
        assert.ok(page.length <= 60_000, String(page.length));
      } finally {
        git("checkout", "--quiet", "--force", ".");
      }
    });
  }

  it("shows nothing that is secret: neither the canary nor anything generated", async () => {
    const all = written.join("\n");
    assert.ok(!all.includes(CANARY));
    const { binary } = await ensureCli(silent);
    const kept = join(checkout, ".semblance", "review");
    const bases = (await readdir(kept)).filter((name) => name.startsWith("base-"));
    assert.equal(bases.length, 2, bases.join());
    for (const name of bases) {
      const [, stack = ""] = /^base-(\w+)-/.exec(name) ?? [];
      const folder = await mkdtemp(join(tmpdir(), "semblance-golden-state-"));
      const place = { stack, binary, home: join(kept, "pulumi"), folder };
      const opened = await PretendedStack.open(place, join(kept, name));
      await copyTree(checkout, opened.project);
      const state = await opened.cli.capture(["stack", "export", "--show-secrets"]);
      const secrets = [...state.matchAll(/"plaintext":\s*"((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => text);
      const texts = secrets.map((text): unknown => JSON.parse(JSON.parse(`"${text}"`) as string));
      const words = texts.filter((text): text is string => typeof text === "string" && text.length >= 16);
      assert.ok(words.length > 20, `${stack}: ${words.length}`);
      for (const word of words) assert.ok(!all.includes(word), `a secret of ${stack} is shown`);
      await rm(dirname(opened.project), { recursive: true });
    }
  });
});
