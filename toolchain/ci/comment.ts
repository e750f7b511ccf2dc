import type { Environment } from "./environment";
import { needed } from "./environment";
import { openRepository, type Repository } from "./github";
import { pullRequestThread, type Reviewed, reviewedBy } from "./github-thread";
import { mergeRequestThread } from "./gitlab-thread";
import { readPages, withNote } from "./pages";
import { keepComment, type Thread } from "./thread";

/** Where comments go, and what they say of where they come from. */
interface Target {
  readonly thread: Thread;
  readonly note: string;
  readonly title: string;
}

/** `npm run ci -- comment`: one comment per stack in the pull request, edited in place. Deletes nothing. */
export async function comment(
  folder: string,
  env: Environment,
  print: (text: string) => void,
): Promise<void> {
  const target = env["GITLAB_CI"] === "true" ? onGitLab(env) : await onGitHub(env);
  if (target === undefined) {
    print("the pull request of this run is closed, or has newer commits: nothing to say");
    return;
  }
  for (const page of await readPages(folder)) {
    const kept = await keepComment(target.thread, withNote(page, target.note));
    print(`${target.title}, stack ${page.stack}: comment ${kept}`);
  }
}

function onGitLab(env: Environment): Target {
  const job = env["CI_JOB_URL"];
  return {
    thread: mergeRequestThread(env),
    note: job === undefined ? "" : `<sub>From [this job](${job}).</sub>`,
    title: `merge request !${needed(env, "CI_MERGE_REQUEST_IID")}`,
  };
}

async function onGitHub(env: Environment): Promise<Target | undefined> {
  const repository = await openRepository(env);
  const reviewed = await reviewedBy(env, repository);
  if (reviewed === undefined) return undefined;
  return {
    thread: pullRequestThread(repository, reviewed.number),
    note: noteOf(reviewed, repository),
    title: `pull request #${reviewed.number}`,
  };
}

function noteOf({ sha, run, fork }: Reviewed, { url }: Repository): string {
  const from = `<sub>Commit ${sha.slice(0, 12)}, [run ${run}](${url}/actions/runs/${run}).</sub>`;
  if (!fork) return from;
  const warning =
    "> [!NOTE]\n> From a fork: compared with the base commit, without credentials and without looking at what is deployed.\n" +
    "> The page was made by the pull request's own code: read the changes of `toolchain/` and `policies/` before you rely on it.";
  return `${warning}\n\n${from}`;
}
