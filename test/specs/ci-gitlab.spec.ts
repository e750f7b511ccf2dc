import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { comment } from "../../toolchain/ci/comment";
import { jobs } from "../../toolchain/ci/jobs";
import { UserError } from "../../toolchain/errors";
import { readAll } from "../support/engine";

const root = join(__dirname, "..", "..");
const marker = "<!-- semblance-review stack=dev -->";

describe("comments of reviews on GitLab", () => {
  let server: Server;
  let folder: string;
  let refused = false;
  const notes: { id: number; author: { username: string }; body: string }[] = [];
  const writes: string[] = [];
  const bodySchema = z.object({ body: z.string() });
  const env = (): Record<string, string> => {
    const { port } = z.object({ port: z.number() }).parse(server.address());
    return {
      GITLAB_CI: "true",
      GITLAB_TOKEN: "of a test",
      CI_API_V4_URL: `http://127.0.0.1:${port}/api/v4`,
      CI_PROJECT_ID: "12",
      CI_MERGE_REQUEST_IID: "3",
    };
  };

  before(async () => {
    server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://gitlab");
      const asked = `${request.method ?? ""} ${url.pathname}`;
      void readAll(request).then((content) => {
        if (refused || request.headers["private-token"] !== "of a test")
          return response.writeHead(403).end("insufficient_scope");
        if (asked === "GET /api/v4/user") return response.end('{"username":"project_12_bot"}');
        const own = /^\w+ \/api\/v4\/projects\/12\/merge_requests\/3\/notes(?:\/(\d+))?$/.exec(asked);
        if (own === null) return response.writeHead(404).end();
        if (request.method === "GET") {
          const page = Number(url.searchParams.get("page"));
          const size = Number(url.searchParams.get("per_page"));
          response.setHeader("X-Next-Page", notes.length > page * size ? String(page + 1) : "");
          return response.end(JSON.stringify(notes.slice((page - 1) * size, page * size)));
        }
        writes.push(asked);
        const { body } = bodySchema.parse(JSON.parse(content.toString()));
        const note = notes.find(({ id }) => id === Number(own[1]));
        if (note === undefined)
          notes.push({ id: 500 + notes.length, author: { username: "project_12_bot" }, body });
        else note.body = body;
        return response.end("{}");
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
  });
  after(() => void server.close().closeAllConnections());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gitlab-"));
    notes.length = writes.length = 0;
    refused = false;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const post = (text: string, more: object = {}): Promise<void> => {
    writeFileSync(join(folder, "review-dev.md"), `${marker}\n${text}\n`);
    return comment(folder, { ...env(), ...more }, () => undefined);
  };

  it("are posted once and edited in place, behind a hundred others, and nobody else's is touched", async () => {
    for (let id = 1; id <= 150; id++)
      notes.push({ id, author: { username: "ann" }, body: `${marker}\nmine` });
    await post("one");
    await post("two");
    await post("two");
    assert.deepEqual(
      writes.map((asked) => asked.split(" ")[0]),
      ["POST", "PUT"],
    );
    assert.match(notes[150]?.body ?? "", /\ntwo\n/);
    assert.ok(notes.slice(0, 150).every(({ body }) => body === `${marker}\nmine`));
  });

  it("say which variable is missing, and what a token lacks", async () => {
    for (const name of ["GITLAB_TOKEN", "CI_MERGE_REQUEST_IID", "CI_PROJECT_ID", "CI_API_V4_URL"])
      await assert.rejects(
        post("x", { [name]: "" }),
        (error) =>
          error instanceof UserError && error.message.startsWith(`the variable ${name} is not set\n  fix: `),
      );
    refused = true;
    await assert.rejects(
      post("x"),
      /GitLab refuses GET \/user: 403 insufficient_scope\n {2}fix: GITLAB_TOKEN/,
    );
  });

  it("are made by the example pipeline, whose commands all exist", () => {
    const example = z
      .record(z.string(), z.unknown())
      .parse(load(readFileSync(join(root, "docs", "ci", "gitlab-ci.yml"), "utf8")));
    const scripts = Object.values(example).flatMap((job) => {
      const { script = [], after_script = [] } =
        z
          .looseObject({
            script: z.array(z.string()).optional(),
            after_script: z.array(z.string()).optional(),
          })
          .safeParse(job).data ?? {};
      return [...script, ...after_script];
    });
    const { scripts: known } = z
      .looseObject({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
    const called = scripts.flatMap((line) => /^npm run ([\w:]+)(?: -- (\S+))?/.exec(line)?.slice(1, 3) ?? []);
    assert.ok(called.length >= 12, called.join(" "));
    for (let i = 0; i < called.length; i += 2) {
      assert.ok((called[i] ?? "") in known, called[i]);
      if (called[i] === "ci") assert.ok((called[i + 1] ?? "") in jobs, called[i + 1]);
    }
  });
});
