/**
 * A pull request's whole way on one machine: a branch that weakens stack dev and makes stack prod larger is reviewed, refused,
 * mended, and passes. npx tsx test/performance/pull-request.ts [FOLDER]
 * Needs the Pulumi CLI and Chromium. Prints Markdown; FOLDER (default: .semblance/pull-request) gets pages, HTML and pictures.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { openPlainBrowser } from "../support/browser";
import { machine, root } from "./measure";

const STACKS = ["dev", "prod"] as const;
const SCHEMA = "components/config/schema.ts";
const SAFE = '.default("127.0.0.1")';

const scratch = mkdtempSync(join(tmpdir(), "semblance-pull-request-"));
const [origin, checkout] = [join(scratch, "origin.git"), join(scratch, "checkout")];
const target = resolve(process.argv[2] ?? join(root, ".semblance", "pull-request"));
const rows: string[] = [];

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...args], {
    cwd,
    encoding: "utf8",
  });

/** Runs one step of the workflow in the checkout; answers with its exit code and what it printed. */
function step(what: string, command: string, ...args: readonly string[]): { code: number; said: string } {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: checkout, encoding: "utf8" });
  rows.push(`| ${what} | ${((performance.now() - started) / 1000).toFixed(1)} s |`);
  return { code: status ?? -1, said: `${stdout}${stderr}` };
}

function edit(file: string, from: string, to: string): void {
  const path = join(checkout, file);
  const before = readFileSync(path, "utf8");
  assert.ok(before.includes(from), `${file} has no ${from} any more: write the change anew`);
  writeFileSync(path, before.replace(from, to));
}

/** Reviews both stacks as review.yml does, and checks the exit codes. */
async function review(
  round: string,
  codes: Readonly<Record<(typeof STACKS)[number], number>>,
): Promise<void> {
  for (const stack of STACKS) {
    const base = git(checkout, "merge-base", "HEAD", "origin/main").trim();
    const { code, said } = step(
      `${round}: review of ${stack}`,
      ...(["npm", "run", "-s", "review", "--", "--stack", stack, "--base", base, "--out", "review"] as const),
    );
    assert.equal(code, codes[stack], said);
  }
  const html = step(`${round}: both as HTML`, "npm", "run", "-s", "ci", "--", "html", "--in", "review");
  assert.equal(html.code, 0, html.said);
  cpSync(join(checkout, "review"), join(target, round), { recursive: true });
  await pictures(round);
}

async function pictures(round: string): Promise<void> {
  const browser = await openPlainBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
    for (const stack of STACKS) {
      await page.goto(pathToFileURL(join(target, round, `review-${stack}.html`)).href);
      await page.screenshot({ path: join(target, round, `review-${stack}.png`), fullPage: true });
    }
  } finally {
    await browser.close();
  }
}

async function main(): Promise<void> {
  mkdirSync(target, { recursive: true });
  git(scratch, "clone", "--quiet", "--bare", root, origin);
  git(scratch, "clone", "--quiet", origin, checkout);
  git(checkout, "checkout", "--quiet", "-b", "larger");
  step("npm packages, from npm's cache", "npm", "ci", "--prefer-offline", "--no-audit", "--no-fund");
  edit(SCHEMA, SAFE, '.default("0.0.0.0")');
  edit(
    "components/config/aws-nodes.ts",
    '.default("BOTTLEROCKET_x86_64")',
    '.default("AL2023_x86_64_STANDARD")',
  );
  git(
    checkout,
    "commit",
    "--quiet",
    "--all",
    "--message",
    "Reach the gateway from everywhere; another node image",
  );
  await review("refused", { dev: 1, prod: 0 });
  const refused = readFileSync(join(target, "refused", "review-dev.md"), "utf8");
  assert.match(refused, /net-11-docker-ports/);
  assert.match(refused, /open wide/);
  edit(SCHEMA, '.default("0.0.0.0")', SAFE);
  git(checkout, "commit", "--quiet", "--all", "--message", "From this machine only");
  await review("mended", { dev: 0, prod: 0 });
  assert.match(readFileSync(join(target, "mended", "review-dev.md"), "utf8"), /no change/);
  console.log(`${machine()}\n\n| step | wall |\n|---|---|\n${rows.join("\n")}`);
}

void main()
  .finally(() => rmSync(scratch, { recursive: true, force: true }))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
