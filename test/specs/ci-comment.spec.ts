import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { comment } from "../../toolchain/ci/comment";
import { openRepository } from "../../toolchain/ci/github";
import { UserError } from "../../toolchain/errors";
import { FakeGitHub } from "../support/github";

const BOT = "github-actions[bot]";
const SHA = "b".repeat(40);
const marker = (stack: string): string => `<!-- semblance-review stack=${stack} -->`;

describe("comments of reviews on GitHub", () => {
  let github: FakeGitHub;
  let pages: string;
  const printed: string[] = [];

  /** Writes a page as it lies in the folder of its artefact. */
  function page(stack: string, text: string): void {
    const folder = join(pages, `review-${stack}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `review-${stack}.md`), `${marker(stack)}\n${text}\n`);
    writeFileSync(join(folder, `review-${stack}.json`), "{}");
  }

  /** A file that is no part of the artefact, with all that a page needs. */
  function outside(): string {
    const file = join(github.folder, "outside");
    writeFileSync(file, `${marker("dev")}\nof this machine\n`);
    return file;
  }

  const pullRequest = { pull_request: { number: 7, head: { sha: SHA } } };
  const run = (head: object = {}) => ({
    workflow_run: {
      id: 99,
      event: "pull_request",
      head_sha: SHA,
      head_branch: "topic",
      head_repository: { id: 2, owner: { login: "guest" } },
      ...head,
    },
  });
  const post = (env = github.environment("pull_request", pullRequest)) =>
    comment(pages, env, (text) => printed.push(text));
  const texts = (): string[] => github.comments.map(({ body }) => String(body));

  beforeEach(async () => {
    github = await FakeGitHub.start();
    // The token of a workflow run may not ask who it is.
    github.refuse = (asked) =>
      asked === "GET /user" ? { status: 403, message: "Resource not accessible by integration" } : undefined;
    pages = mkdtempSync(join(tmpdir(), "pages-"));
    printed.length = 0;
  });
  afterEach(async () => {
    await github.stop();
    rmSync(pages, { recursive: true });
  });

  it("are posted once per stack, then edited in place, then left alone", async () => {
    page("dev", "one");
    page("prod", "two");
    await post();
    assert.equal(github.comments.length, 2);
    assert.ok(texts().every((text) => text.includes("/actions/runs/42")));
    page("prod", "three");
    github.requests.length = 0;
    await post();
    assert.deepEqual(
      texts().map((text) => text.split("\n")[0]),
      [marker("dev"), marker("prod")],
    );
    assert.match(texts()[1] ?? "", /\nthree\n/);
    assert.deepEqual(github.writes, [
      `PATCH /repos/lab/platform/issues/comments/${String(github.comments[1]?.["id"])}`,
    ]);
    assert.deepEqual(printed.slice(-2), [
      "pull request #7, stack dev: comment unchanged",
      "pull request #7, stack prod: comment edited",
    ]);
  });

  it("are found behind more than a hundred others", async () => {
    for (let i = 0; i < 205; i++) github.say("someone", 7, `talk ${i}`);
    const own = github.say(BOT, 7, `${marker("dev")}\nold`);
    page("dev", "new");
    await post();
    assert.equal(github.comments.length, 206);
    assert.match(String(own["body"]), /\nnew\n/);
  });

  it("never touch what somebody else has written, marker or not, nor the own account's other words", async () => {
    github.say("mallory", 7, `${marker("dev")}\nmine`);
    github.say(BOT, 7, `another tool\n${marker("dev")}`);
    github.say(BOT, 7, `${marker("development")}\nanother stack`);
    const before = texts();
    page("dev", "page");
    await post();
    assert.deepEqual(texts().slice(0, 3), before);
    assert.equal(github.comments.length, 4);
    assert.ok(github.requests.every((asked) => !asked.startsWith("DELETE")));
  });

  it("are those of the account that a personal token belongs to", async () => {
    github.refuse = () => undefined;
    github.login = "robot";
    github.say(BOT, 7, `${marker("dev")}\nof the workflow`);
    github.say("robot", 7, `${marker("dev")}\nof the robot`);
    page("dev", "page");
    await post();
    assert.match(texts()[0] ?? "", /of the workflow/);
    assert.match(texts()[1] ?? "", /\npage\n/);
  });

  it("go to the pull request that GitHub names after a run of a fork, and say that it was one", async () => {
    github.pulls.push(
      { number: 5, state: "open", head: { sha: "c".repeat(40), repo: { id: 2 } } },
      { number: 6, state: "open", head: { sha: SHA, repo: { id: 3 } } },
      { number: 8, state: "open", head: { sha: SHA, repo: { id: 2 } } },
    );
    page("dev", "page");
    await post(github.environment("workflow_run", run()));
    assert.deepEqual(github.writes, ["POST /repos/lab/platform/issues/8/comments"]);
    assert.match(
      texts()[0] ?? "",
      /^<!-- semblance-review stack=dev -->\n> \[!NOTE\]\n> From a fork: .*without credentials/,
    );
    assert.match(texts()[0] ?? "", /\/actions\/runs\/99/);
  });

  it("are not posted for a pull request that was closed, has newer commits, or for a run of something else", async () => {
    page("dev", "page");
    github.pulls.push({ number: 8, state: "open", head: { sha: "d".repeat(40), repo: { id: 2 } } });
    await post(github.environment("workflow_run", run()));
    await post(github.environment("workflow_run", run({ event: "push" })));
    assert.deepEqual(github.writes, []);
    assert.match(printed.join("\n"), /closed, or has newer commits/);
    await assert.rejects(post(github.environment("push", {})), /event "push" is about no pull request/);
  });

  it("call nobody, whatever the page says", async () => {
    page("dev", "cc @lab/everyone and (@boss), image x/y@sha256:1, mail a@b.c");
    await post();
    assert.match(
      texts()[0] ?? "",
      /cc @\u200blab\/everyone and \(@\u200bboss\), image x\/y@sha256:1, mail a@b\.c/,
    );
  });

  for (const [what, break_] of [
    ["is too long", () => page("dev", "x".repeat(60_001))],
    ["lacks its marker", () => writeFileSync(join(pages, "review-dev.md"), "# hello\n")],
    [
      "has another stack's marker",
      () => writeFileSync(join(pages, "review-dev.md"), `${marker("prod")}\nx\n`),
    ],
    ["is a link", () => symlinkSync(outside(), join(pages, "review-dev.md"))],
    [
      "is there twice",
      () => (page("dev", "x"), writeFileSync(join(pages, "review-dev.md"), `${marker("dev")}\nx\n`)),
    ],
    ["is not there", () => undefined],
  ] as const)
    it(`are not posted when a page ${what}`, async () => {
      break_();
      await assert.rejects(post(), UserError);
      assert.deepEqual(github.writes, []);
    });

  it("name the permission that the token lacks", async () => {
    page("dev", "page");
    github.refuse = (asked) =>
      /^(POST|GET \/user)/.test(asked)
        ? { status: 403, message: "Resource not accessible by integration" }
        : undefined;
    await assert.rejects(
      post(),
      (error) =>
        error instanceof UserError &&
        /refuses POST \S+issues\/7\/comments: 403 .*\n {2}fix: give the job the permission/s.test(
          error.message,
        ),
    );
  });

  it("wait once when GitHub asks to, and tell until when a used-up limit holds", async () => {
    let refusals = 1;
    const waits: number[] = [];
    github.login = "robot";
    github.refuse = () => (refusals-- > 0 ? { status: 429, headers: { "retry-after": "3" } } : undefined);
    const env = github.environment("pull_request", pullRequest);
    const { client } = await openRepository(env, async (ms) => void waits.push(ms));
    assert.equal((await client.rest.users.getAuthenticated()).data.login, "robot");
    assert.deepEqual(waits, [3000]);
    github.refuse = () => ({
      status: 403,
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1900000000" },
    });
    await assert.rejects(
      client.rest.users.getAuthenticated(),
      /rate limit is used up until 2030-03-17T17:46:40/,
    );
  });

  it("name the variable that is missing", async () => {
    page("dev", "page");
    for (const name of ["GITHUB_TOKEN", "GITHUB_REPOSITORY", "GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH"]) {
      const { [name]: _, ...env } = github.environment("pull_request", pullRequest);
      await assert.rejects(
        post(env),
        (error) =>
          error instanceof UserError && error.message.startsWith(`the variable ${name} is not set\n  fix: `),
      );
    }
  });
});
