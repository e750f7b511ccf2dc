import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { Octokit } from "@octokit/rest";
import { z } from "zod";
import { UserError } from "../errors";
import { type Environment, needed } from "./environment";

/** The repository that a workflow runs in, and a client that may do there what the token may. */
export interface Repository {
  readonly client: Octokit;
  readonly owner: string;
  readonly repo: string;
  /** Address for people: https://github.com/owner/repo. */
  readonly url: string;
}

/** Seconds that a job waits when GitHub asks it to; a longer wait is for the next run. */
const LONGEST_WAIT = 60;

/** Connects to the repository that the environment names. */
export async function openRepository(
  env: Environment,
  wait: (ms: number) => Promise<unknown> = pause,
): Promise<Repository> {
  const [owner = "", repo = ""] = needed(env, "GITHUB_REPOSITORY").split("/");
  const auth = needed(env, "GITHUB_TOKEN");
  const baseUrl = env["GITHUB_API_URL"] || "https://api.github.com";
  // Published as an ES module only.
  const { Octokit: Client } = await import("@octokit/rest");
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const client = new Client({ auth, baseUrl, log, userAgent: "semblance-curation-ci" });
  client.hook.wrap("request", async (request, options) => {
    try {
      return await request(options);
    } catch (error) {
      const failure = failureSchema.safeParse(error).data;
      const seconds = Number(failure?.response?.headers["retry-after"] ?? Number.NaN);
      if (failure === undefined || !(seconds <= LONGEST_WAIT)) throw told(error, options, failure);
      await wait(seconds * 1000);
    }
    try {
      return await request(options);
    } catch (error) {
      throw told(error, options, failureSchema.safeParse(error).data);
    }
  });
  const server = env["GITHUB_SERVER_URL"] || "https://github.com";
  return { client, owner, repo, url: `${server}/${owner}/${repo}` };
}

const failureSchema = z.looseObject({
  status: z.number(),
  message: z.string(),
  response: z
    .looseObject({
      url: z.string(),
      headers: z.record(z.string(), z.union([z.string(), z.number(), z.undefined()])),
    })
    .optional(),
});
type Failure = z.infer<typeof failureSchema>;

/** What a refusal means for who must act. What is no answer of GitHub stays what it was. */
function told(error: unknown, { method, url }: { method: string; url: string }, failure?: Failure): unknown {
  const asked = `${method} ${(failure?.response?.url ?? url).replace(/^https?:\/\/[^/]+/, "")}`;
  if (failure === undefined || failure.response === undefined) {
    const why = error instanceof Error ? error.message : String(error);
    return new UserError(
      `GitHub does not answer (${asked}): ${why}`,
      "run the job again; check GITHUB_API_URL",
    );
  }
  const { status, message } = failure;
  const { headers } = failure.response;
  const limited = headers["x-ratelimit-remaining"] === "0" || headers["retry-after"] !== undefined;
  const what = `GitHub refuses ${asked}: ${status} ${message.split("\n", 1)[0]}`;
  if ((status === 403 || status === 429) && limited) {
    const reset = Number(headers["x-ratelimit-reset"]);
    const until = Number.isFinite(reset) ? ` until ${new Date(reset * 1000).toISOString()}` : "";
    return new RefusedError(
      `${what}\n  the rate limit is used up${until}`,
      status,
      "run the job again after that",
    );
  }
  const fixes: Readonly<Record<number, string>> = {
    401: "the token is not valid (any more): pass ${{ github.token }} as GITHUB_TOKEN",
    403: `give the job the permission that it lacks (permissions: in the workflow; docs/ci.md lists them), or allow it in the repository's settings`,
    404: "check GITHUB_REPOSITORY, and that the token may see it (permissions: in the workflow)",
  };
  return new RefusedError(what, status, fixes[status]);
}

/** GitHub's no. */
export class RefusedError extends UserError {
  constructor(
    message: string,
    readonly status: number,
    fix?: string,
  ) {
    super(message, fix);
  }
}

/** The login of the token of a workflow run. */
const BOT = "github-actions[bot]";

/** The login as which this token writes. The token of a workflow run may not ask. */
export async function ownLogin({ client }: Repository): Promise<string> {
  try {
    return (await client.rest.users.getAuthenticated()).data.login;
  } catch (error) {
    if (error instanceof RefusedError && error.status === 403) return BOT;
    throw error;
  }
}

/** The event that has started the workflow. */
export async function readEvent<T>(env: Environment, schema: z.ZodType<T>): Promise<T> {
  const file = needed(env, "GITHUB_EVENT_PATH");
  const name = needed(env, "GITHUB_EVENT_NAME");
  const parsed = schema.safeParse(JSON.parse(await readFile(file, "utf8")));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  throw new UserError(`the event ${name} in ${file} is none that this job works on: ${fields}`);
}

/** Hands a value to later steps of the job. */
export function outputLine(name: string, value: string): string {
  // A line break would make a second output.
  return `${name}=${value.replace(/[\r\n]+/g, " ")}\n`;
}
