import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Surroundings } from "../commands/command";
import { openSelected } from "../commands/stack/open";
import { writeSettings } from "../commands/stack/settings";
import { type Environment, needed } from "./environment";
import { openRepository, RefusedError, type Repository } from "./github";
import { type Published, readPublished } from "./images";

/**
 * `npm run ci -- digests`: a pull request that pins the images of a stack to what was published. What a stack pulls is part of
 * its reviewed configuration, `Pulumi.STACK.yaml`; `components/images.ts` names what others publish.
 */
export async function digests(
  stackName: string,
  file: string,
  env: Environment,
  surroundings: Surroundings,
): Promise<void> {
  const found = await readPublished(file);
  const path = `Pulumi.${stackName}.yaml`;
  const text = await changed(join(surroundings.root, path), () => pin(stackName, found, surroundings));
  const said =
    text === undefined
      ? `${path} names these images already`
      : await proposeFile(await openRepository(env), {
          path,
          text,
          base: needed(env, "GITHUB_REF_NAME"),
          branch: `ci/digests-${stackName}`,
          title: `Images of stack ${stackName}`,
          body: bodyOf(found, needed(env, "GITHUB_REPOSITORY")),
        });
  surroundings.print(said);
}

async function pin(
  stackName: string,
  { images }: Published,
  { root, progress }: Surroundings,
): Promise<void> {
  const stack = await openSelected(root, stackName, progress);
  const entries = Object.entries(images).map(([image, digest]) => [`images.digests.${image}`, digest]);
  await writeSettings(stack.cli, Object.fromEntries(entries));
}

/**
 * The text that a change gives a file, or undefined when it stays as it was. The file itself is put back: what Pulumi notes in it
 * about this machine's passphrase belongs to no pull request.
 */
export async function changed(file: string, change: () => Promise<void>): Promise<string | undefined> {
  const before = await readFile(file, "utf8");
  try {
    await change();
    const after = await readFile(file, "utf8");
    const salted = /^encryptionsalt:/m.test(before);
    const text = salted ? after : after.replace(/^encryptionsalt:.*\n?/m, "");
    return text === before ? undefined : text;
  } finally {
    await writeFile(file, before);
  }
}

const bodyOf = ({ registry, images }: Published, repository: string): string =>
  [
    "Built, scanned and signed for amd64 and arm64. To verify one:",
    "",
    "```sh",
    ...Object.entries(images).map(
      ([image, digest]) => `gh attestation verify oci://${registry}/${image}@${digest} --repo ${repository}`,
    ),
    "```",
  ].join("\n");

/** A file as it is to be, and the pull request that asks for it. */
export interface Proposal {
  readonly path: string;
  readonly text: string;
  readonly base: string;
  /** The job's own: it is started anew from the base each time. */
  readonly branch: string;
  readonly title: string;
  readonly body: string;
}

/** Opens the pull request, or brings the one that is open up to date. */
export async function proposeFile(repository: Repository, proposal: Proposal): Promise<string> {
  const { client, owner, repo } = repository;
  const { path, text, base, branch, title, body } = proposal;
  const { data: tip } = await client.rest.git.getRef({ owner, repo, ref: `heads/${base}` });
  const sha = tip.object.sha;
  await client.rest.git
    .createRef({ owner, repo, ref: `refs/heads/${branch}`, sha })
    .catch(async (error: unknown) => {
      // The branch of an earlier run.
      if (!(error instanceof RefusedError && error.status === 422)) throw error;
      await client.rest.git.updateRef({ owner, repo, ref: `heads/${branch}`, sha, force: true });
    });
  const { data: file } = await client.rest.repos.getContent({ owner, repo, path, ref: branch });
  const blob = Array.isArray(file) ? undefined : file.sha;
  await client.rest.repos.createOrUpdateFileContents({
    owner,
    repo,
    path,
    branch,
    message: title,
    content: Buffer.from(text).toString("base64"),
    ...(blob === undefined ? {} : { sha: blob }),
  });
  const open = await client.rest.pulls.list({ owner, repo, state: "open", head: `${owner}:${branch}`, base });
  const [existing] = open.data;
  if (existing !== undefined) {
    await client.rest.pulls.update({ owner, repo, pull_number: existing.number, title, body });
    return `pull request #${existing.number} updated`;
  }
  const { data } = await client.rest.pulls.create({ owner, repo, base, head: branch, title, body });
  return `pull request #${data.number} opened`;
}
