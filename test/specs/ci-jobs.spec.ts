import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { driftIssue, told } from "../../toolchain/ci/drift";
import { html } from "../../toolchain/ci/html";
import { reviewed } from "../../toolchain/ci/reviewed";
import { same } from "../../toolchain/ci/same";
import { sarif } from "../../toolchain/ci/sarif";
import { site } from "../../toolchain/ci/site";
import { summary } from "../../toolchain/ci/summary";
import { jobs } from "../../toolchain/ci/jobs";
import { ci } from "../../toolchain/commands/ci";
import { Args } from "../../toolchain/commands/args";
import type { Change, Operation } from "../../toolchain/review/model";
import { silent } from "../../toolchain/progress";
import { styleOf } from "../../toolchain/terminal";
import { FakeGitHub } from "../support/github";

const root = join(__dirname, "..", "..");
const printed: string[] = [];
const print = (text: string): void => void printed.push(text);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ci-"));
  printed.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const page = (stack: string, text: string): string =>
  write(`review-${stack}.md`, `<!-- semblance-review stack=${stack} -->\n${text}\n`);
const change = (operation: string, name: string, path = "image") => ({
  operation,
  resource: { urn: `urn:${name}` },
  properties: [{ path }],
});
const report = (name: string, changes: object[], policies: object[] = [], stack = "dev"): string =>
  write(name, JSON.stringify({ stack, changes, policies, more: "ignored" }));

describe("ci summary", () => {
  it("has every page, and tells of one that does not fit into GitHub's limit", async () => {
    page("dev", "a page");
    page("prod", "p".repeat(50_000));
    const file = write("out", "");
    await summary(folder, { GITHUB_STEP_SUMMARY: file, CI_NOTE: "Without credentials." }, print);
    assert.match(readFileSync(file, "utf8"), /^Without credentials\.\n\n<!--.*-->\na page\n\nWithout[^]*ppp/);
    writeFileSync(file, "x".repeat(1024 * 1024 - 20_000));
    await summary(folder, { GITHUB_STEP_SUMMARY: file }, print);
    const text = readFileSync(file, "utf8");
    assert.ok(text.length <= 1024 * 1024 && text.includes("a page"));
    assert.match(text, /Stack prod: its page does not fit here; it is in the artefacts/);
    writeFileSync(file, "x".repeat(1024 * 1024 - 10));
    await summary(folder, { GITHUB_STEP_SUMMARY: file }, print);
    assert.equal(readFileSync(file, "utf8").length, 1024 * 1024 - 10);
    assert.equal(printed.at(-1), "stack prod: the summary is full");
    await assert.rejects(summary(folder, {}, print), /variable GITHUB_STEP_SUMMARY is not set/);
  });
});

describe("ci html and sarif", () => {
  it("write beside the page, and HTML runs and loads nothing", async () => {
    page(
      "dev",
      "| a |\n|---|\n| b |\n\n<script>alert(1)</script>\n\n<details><summary>more</summary>\n\n`c`\n\n</details>",
    );
    const policy = {
      rule: "docker-user",
      level: "mandatory",
      severity: "high",
      urn: "urn:x",
      message: "no root",
    };
    report("review-dev.json", [], [policy]);
    await html(folder, print);
    await sarif(folder, print);
    const text = readFileSync(join(folder, "review-dev.html"), "utf8");
    assert.match(text, /<table>[^]*<details><summary>more<\/summary>[^]*<code>c<\/code>/);
    assert.match(
      text,
      /http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/,
    );
    assert.match(
      readFileSync(join(folder, "review-dev.sarif"), "utf8"),
      /"ruleId": "docker-user",\s+"level": "error"/,
    );
    write("review-dev.json", "{}");
    await assert.rejects(sarif(folder, print), /review-dev\.json is no review: stack: /);
  });
});

describe("ci same", () => {
  it("passes for the same changes in any order, and lists every difference otherwise", async () => {
    const approved = report("a.json", [change("update", "x"), change("delete", "y")]);
    await same(approved, report("b.json", [change("delete", "y"), change("update", "x")]), print);
    assert.equal(printed[0], "stack dev: the 2 changes are those that were reviewed");
    await assert.rejects(
      same(approved, report("c.json", [change("replace", "x"), change("delete", "y")]), print),
      {
        message:
          /not reviewed: replace urn:x \(image\)\n {2}reviewed, and no change now: update urn:x \(image\)\n {2}fix: /,
      },
    );
    await assert.rejects(
      same(approved, report("d.json", [change("update", "x", "env"), change("delete", "y")]), print),
      /not reviewed: update urn:x \(env\)/,
    );
    await assert.rejects(
      same(approved, report("e.json", [], [], "prod"), print),
      /is of stack "dev".*of stack "prod"/,
    );
    await assert.rejects(same(approved, join(folder, "none.json"), print), /there is no file/);
  });
});

describe("ci drift-issue", () => {
  let github: FakeGitHub;
  beforeEach(async () => (github = await FakeGitHub.start()));
  afterEach(() => github.stop());
  const run = (stack: string, drifted: boolean, text = "") => {
    github.refuse = (asked) => (asked === "GET /user" ? { status: 403 } : undefined);
    write(`drift-${stack}.json`, JSON.stringify({ stack, drifted, text }));
    return driftIssue(stack, folder, github.environment("schedule", {}), print);
  };

  it("opens one issue per stack, updates it, closes it when clean, and opens a new one later", async () => {
    await run("dev", false);
    assert.deepEqual(github.writes, []);
    await run("dev", true, "~ container redis ``` @you");
    await run("prod", true, "~ bucket");
    assert.equal(github.issues.length, 2);
    assert.match(
      String(github.issues[0]?.["body"]),
      /^<!-- semblance-drift stack=dev -->\n[^]*````diff\n~ container redis ``` @\u200byou\n````/,
    );
    await run("dev", true, "~ container minio");
    assert.match(String(github.issues[0]?.["body"]), /container minio/);
    await run("dev", true, "~ container minio");
    assert.equal(printed.at(-1), `stack dev: issue #${String(github.issues[0]?.["number"])} unchanged`);
    await run("dev", false);
    assert.equal(github.issues[0]?.["state"], "closed");
    assert.equal(github.issues[1]?.["state"], "open");
    assert.match(String(github.comments[0]?.["body"]), /is what the program says again/);
    await run("dev", true, "~ again");
    assert.equal(github.issues.length, 3);
  });

  it("leaves issues of others and pull requests alone", async () => {
    const body = "<!-- semblance-drift stack=dev -->\nx";
    github.issues.push({
      id: 1,
      number: 1,
      state: "open",
      creator: "mallory",
      user: { login: "mallory" },
      body,
    });
    const bot = { creator: "github-actions[bot]", user: { login: "github-actions[bot]" } };
    github.issues.push({ id: 2, number: 2, state: "open", ...bot, body, pull_request: {} });
    await run("dev", false);
    assert.deepEqual(github.writes, []);
  });

  it("says which resources differ and where, without values", () => {
    const type = "docker:index/container:Container";
    const rest = { urn: "", type, parent: undefined, protect: false, retain: false, inputs: {} };
    const one = (operation: Operation, name: string, properties: Change["properties"] = []): Change => ({
      operation,
      resource: { ...rest, name },
      group: name,
      properties,
    });
    const property = { path: "envs", kind: "update", before: "a", after: "b", replaces: false } as const;
    assert.equal(
      told([one("update", "gateway", [property]), one("create", "redis")]),
      "~ docker Container gateway: envs\n+ docker Container redis\n1 to update, 1 to create",
    );
  });
});

describe("ci reviewed", () => {
  it("finds the run that reviewed the merged pull request, and nothing for other commits", async () => {
    const github = await FakeGitHub.start();
    try {
      const env = github.environment("push", {});
      const output = (): string => readFileSync(join(github.folder, "output"), "utf8");
      await reviewed(env, print);
      assert.equal(output(), "run=\n");
      github.pulls.push({
        number: 3,
        merged_at: "now",
        merge_commit_sha: "a".repeat(40),
        head: { sha: "b" },
      });
      await reviewed(env, print);
      github.runs.push({ id: 77, html_url: "https://github.example/runs/77" });
      await reviewed(env, print);
      assert.equal(output(), "run=\nrun=\nrun=77\n");
      assert.match(
        printed.join("\n"),
        /nobody reviewed it\n.*#3 has no successful review\n.*#3 was reviewed by/,
      );
    } finally {
      await github.stop();
    }
  });
});

describe("npm run ci", () => {
  const call = (job: string | undefined, options: object = {}) =>
    ci.run(new Args({ ...options }, job), {
      root,
      progress: silent,
      style: styleOf({ colors: false }),
      print,
    });

  it("lists its jobs when there is none of that name", async () => {
    await assert.rejects(
      call("nope"),
      (error) => error instanceof Error && Object.keys(jobs).every((name) => error.message.includes(name)),
    );
    await assert.rejects(call("constructor"), /found job "constructor"/);
  });

  it("writes the documentation as a site whose links lead to its own pages", async () => {
    await site(root, join(folder, "site"), print);
    const index = readFileSync(join(folder, "site", "index.html"), "utf8");
    const [, first = ""] = /href="\.\/([^"]+\.html)"/.exec(index) ?? [];
    assert.ok(existsSync(join(folder, "site", first)), first);
    assert.ok(existsSync(join(folder, "site", "docs.css")));
  });
});
