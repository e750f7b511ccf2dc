import { z } from "zod";
import { UserError } from "../errors";
import { type Environment, needed } from "./environment";
import { ownLogin, readEvent, type Repository } from "./github";
import type { Thread } from "./thread";

/** The conversation of a pull request on GitHub. */
export function pullRequestThread(repository: Repository, number: number): Thread {
  const { client, owner, repo } = repository;
  return {
    author: () => ownLogin(repository),
    async *comments() {
      const pages = client.paginate.iterator(client.rest.issues.listComments, {
        owner,
        repo,
        issue_number: number,
        per_page: 100,
      });
      for await (const { data } of pages)
        for (const { id, user, body } of data) yield { id, author: user?.login, body: body ?? "" };
    },
    post: async (body) => {
      await client.rest.issues.createComment({ owner, repo, issue_number: number, body });
    },
    edit: async (id, body) => {
      await client.rest.issues.updateComment({ owner, repo, comment_id: id, body });
    },
  };
}

const pullRequestEvent = z.looseObject({
  pull_request: z.looseObject({ number: z.number(), head: z.looseObject({ sha: z.string() }) }),
});

const workflowRunEvent = z.looseObject({
  repository: z.looseObject({ id: z.number() }),
  workflow_run: z.looseObject({
    id: z.number(),
    event: z.string(),
    head_sha: z.string(),
    head_branch: z.string().nullable(),
    head_repository: z
      .looseObject({ id: z.number(), owner: z.looseObject({ login: z.string() }) })
      .nullable(),
  }),
});

/** The pull request that a run has reviewed. */
export interface Reviewed {
  readonly number: number;
  readonly sha: string;
  /** The run that made the pages. */
  readonly run: string;
  readonly fork: boolean;
}

/**
 * The pull request that the event is about; undefined when it is closed or has moved on. After a `workflow_run` it is looked up
 * by what GitHub says of the run: the artefact comes from the pull request, which could name another one in it.
 */
export async function reviewedBy(env: Environment, repository: Repository): Promise<Reviewed | undefined> {
  const name = needed(env, "GITHUB_EVENT_NAME");
  if (name === "pull_request") {
    const { pull_request } = await readEvent(env, pullRequestEvent);
    const run = needed(env, "GITHUB_RUN_ID");
    return { number: pull_request.number, sha: pull_request.head.sha, run, fork: false };
  }
  if (name !== "workflow_run") {
    throw new UserError(`event "${name}" is about no pull request; allowed: pull_request | workflow_run`);
  }
  const { workflow_run: run, repository: here } = await readEvent(env, workflowRunEvent);
  if (run.event !== "pull_request" || run.head_repository === null || run.head_branch === null)
    return undefined;
  const { client, owner, repo } = repository;
  const { id, owner: from } = run.head_repository;
  const head = `${from.login}:${run.head_branch}`;
  const { data } = await client.rest.pulls.list({ owner, repo, state: "open", head, per_page: 100 });
  const found = data.find((pull) => pull.head.sha === run.head_sha && pull.head.repo?.id === id);
  if (found === undefined) return undefined;
  return { number: found.number, sha: run.head_sha, run: String(run.id), fork: id !== here.id };
}
