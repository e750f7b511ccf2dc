import { appendFile } from "node:fs/promises";
import { type Environment, needed } from "./environment";
import { openRepository, outputLine } from "./github";

/** File name of the workflow whose artefacts are the reviews of pull requests. */
const REVIEW_WORKFLOW = "review.yml";

/**
 * `npm run ci -- reviewed`: the run that reviewed the pull request which this commit comes from, as the output `run` of the step;
 * an empty one when nobody reviewed it.
 */
export async function reviewed(env: Environment, print: (text: string) => void): Promise<void> {
  const sha = needed(env, "GITHUB_SHA");
  const output = needed(env, "GITHUB_OUTPUT");
  const { client, owner, repo } = await openRepository(env);
  const { data: pulls } = await client.rest.repos.listPullRequestsAssociatedWithCommit({
    owner,
    repo,
    commit_sha: sha,
  });
  const pull = pulls.find(
    ({ merged_at, merge_commit_sha }) => merged_at !== null && merge_commit_sha === sha,
  );
  if (pull === undefined) {
    await appendFile(output, outputLine("run", ""));
    print(`commit ${sha} comes from no merged pull request: nobody reviewed it`);
    return;
  }
  const { data } = await client.rest.actions.listWorkflowRuns({
    owner,
    repo,
    workflow_id: REVIEW_WORKFLOW,
    event: "pull_request",
    head_sha: pull.head.sha,
    status: "success",
    per_page: 1,
  });
  const run = data.workflow_runs[0];
  await appendFile(output, outputLine("run", run === undefined ? "" : String(run.id)));
  print(
    run === undefined
      ? `pull request #${pull.number} has no successful review`
      : `pull request #${pull.number} was reviewed by ${run.html_url}`,
  );
}
