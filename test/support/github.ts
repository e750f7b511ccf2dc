import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { readAll } from "./engine";

/** A comment, issue or pull request of the fake. */
type Entry = Record<string, unknown>;

/** An answer in place of the usual one. */
export interface Refusal {
  readonly status: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const bodySchema = z.record(z.string(), z.unknown());

/** The part of GitHub's REST API that the jobs ask, on loopback, for one repository `lab/platform` with id 1. */
export class FakeGitHub {
  /** What was asked, such as `POST /repos/lab/platform/issues/7/comments`, in order. */
  readonly requests: string[] = [];
  readonly comments: Entry[] = [];
  readonly issues: Entry[] = [];
  readonly pulls: Entry[] = [];
  readonly releases: Entry[] = [];
  readonly runs: Entry[] = [];
  /** Branches, and the files in them by `branch:path`. */
  readonly refs = new Map<string, string>([["heads/main", "a".repeat(40)]]);
  readonly files = new Map<string, string>();
  /** Who asks; a workflow's own token may not know. */
  login: string | undefined = undefined;
  /** Answers a request with this instead of doing it. */
  refuse: (asked: string) => Refusal | undefined = () => undefined;
  private last = 1000;

  private constructor(
    private readonly server: Server,
    readonly folder: string,
  ) {
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.answer(request, response).catch((error: unknown) => response.destroy(new Error(String(error))));
    });
  }

  static async start(): Promise<FakeGitHub> {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    return new FakeGitHub(server, mkdtempSync(join(tmpdir(), "fake-github-")));
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    if (this.server.listening) await once(this.server, "close");
    rmSync(this.folder, { recursive: true });
  }

  get url(): string {
    return `http://127.0.0.1:${z.object({ port: z.number() }).parse(this.server.address()).port}`;
  }

  /** The environment of a job that this event has started. */
  environment(name: string, event: object): Record<string, string> {
    const file = join(this.folder, "event.json");
    writeFileSync(file, JSON.stringify({ repository: { id: 1 }, ...event }));
    return {
      GITHUB_TOKEN: "of a test",
      GITHUB_REPOSITORY: "lab/platform",
      GITHUB_API_URL: this.url,
      GITHUB_SERVER_URL: "https://github.example",
      GITHUB_EVENT_NAME: name,
      GITHUB_EVENT_PATH: file,
      GITHUB_RUN_ID: "42",
      GITHUB_REF_NAME: "main",
      GITHUB_SHA: "a".repeat(40),
      GITHUB_OUTPUT: join(this.folder, "output"),
    };
  }

  /** Requests that write something. */
  get writes(): readonly string[] {
    return this.requests.filter((asked) => !asked.startsWith("GET "));
  }

  /** Puts a comment of somebody's there. */
  say(login: string, issue: number, body: string): Entry {
    const entry = { id: ++this.last, issue, user: { login }, body };
    this.comments.push(entry);
    return entry;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    const path = decodeURIComponent(url.pathname);
    const asked = `${request.method ?? ""} ${path}`;
    this.requests.push(asked);
    const text = (await readAll(request)).toString("utf8");
    const body = text === "" ? {} : bodySchema.parse(JSON.parse(text));
    const refusal = this.refuse(asked);
    if (refusal !== undefined) {
      for (const [name, value] of Object.entries(refusal.headers ?? {})) response.setHeader(name, value);
      return send(response, refusal.status, { message: refusal.message ?? "refused" });
    }
    const done = this.known(asked, body, url.searchParams);
    if (done === undefined) return send(response, 404, { message: "Not Found" });
    if (!Array.isArray(done)) return send(response, request.method === "POST" ? 201 : 200, done);
    const size = Number(url.searchParams.get("per_page") ?? 30);
    const page = Number(url.searchParams.get("page") ?? 1);
    if (done.length > page * size) {
      url.searchParams.set("page", String(page + 1));
      response.setHeader("Link", `<${url.toString()}>; rel="next"`);
    }
    send(response, 200, done.slice((page - 1) * size, page * size));
  }

  private known(asked: string, body: Entry, query: URLSearchParams): unknown {
    const [method = "", path = ""] = asked.split(" ");
    const rest = path.replace("/repos/lab/platform", "");
    const [, kind, id, sub] =
      /^\/(issues\/comments|issues|pulls|releases)(?:\/(\d+))?(\/comments)?$/.exec(rest) ?? [];
    if (path === "/user") return this.login === undefined ? undefined : { login: this.login };
    if (kind === "issues" && sub !== undefined) {
      if (method === "POST")
        return this.say(this.login ?? "github-actions[bot]", Number(id), String(body["body"]));
      return this.comments.filter(({ issue }) => issue === Number(id));
    }
    if (kind === "issues/comments") return change(this.comments, id, body);
    if (kind === "issues")
      return this.list(
        this.issues,
        method,
        id,
        body,
        (one) => matches(one, query, ["state"]) && one["creator"] === query.get("creator"),
      );
    if (kind === "pulls")
      return this.list(this.pulls, method, id, body, (one) => matches(one, query, ["state", "head", "base"]));
    if (kind === "releases") return this.list(this.releases, method, id, body, () => true);
    return this.git(method, rest, body);
  }

  private list(
    entries: Entry[],
    method: string,
    id: string | undefined,
    body: Entry,
    wanted: (one: Entry) => boolean,
  ): unknown {
    if (id !== undefined) return change(entries, id, body);
    if (method !== "POST") return entries.filter(wanted);
    const number = ++this.last;
    const login = this.login ?? "github-actions[bot]";
    const entry = {
      id: number,
      number,
      state: "open",
      creator: login,
      user: { login },
      html_url: `https://github.example/${number}`,
      ...body,
    };
    entries.push(entry);
    return entry;
  }

  private git(method: string, path: string, body: Entry): unknown {
    const [, tag] = /^\/releases\/tags\/(.+)$/.exec(path) ?? [];
    if (tag !== undefined) return this.releases.find(({ tag_name }) => tag_name === tag);
    if (/^\/commits\/\w+\/pulls$/.test(path)) return this.pulls;
    if (/^\/actions\/workflows\/[\w.]+\/runs$/.test(path))
      return { total_count: this.runs.length, workflow_runs: this.runs };
    const [, ref] = /^\/git\/refs?\/(heads\/.+)$/.exec(path) ?? [];
    if (ref !== undefined) {
      if (method === "PATCH") this.refs.set(ref, String(body["sha"]));
      return this.refs.has(ref) ? { ref: `refs/${ref}`, object: { sha: this.refs.get(ref) } } : undefined;
    }
    if (path === "/git/refs") {
      this.refs.set(String(body["ref"]).replace("refs/", ""), String(body["sha"]));
      return { ref: body["ref"], object: { sha: body["sha"] } };
    }
    const [, file] = /^\/contents\/(.+)$/.exec(path) ?? [];
    if (file === undefined) return undefined;
    if (method === "PUT")
      this.files.set(
        `${String(body["branch"])}:${file}`,
        Buffer.from(String(body["content"]), "base64").toString(),
      );
    return { type: "file", sha: "f".repeat(40), content: {} };
  }
}

function change(entries: Entry[], id: string | undefined, body: Entry): Entry | undefined {
  const found = entries.find((one) => one["id"] === Number(id));
  return found === undefined ? undefined : Object.assign(found, body);
}

/** As GitHub filters: what is not asked for does not matter. */
const matches = (one: Entry, query: URLSearchParams, keys: readonly string[]): boolean =>
  keys.every(
    (key) =>
      query.get(key) === null ||
      one[key] === undefined ||
      typeof one[key] === "object" ||
      one[key] === query.get(key),
  );

function send(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  response.end(JSON.stringify(body));
}
