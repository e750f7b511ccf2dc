import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../errors";
import type { Environment } from "./environment";
import { openRepository, RefusedError } from "./github";

/** The section of a changelog about one version, without its heading. @throws UserError when there is none, or an empty one */
export function sectionOf(changelog: string, version: string): string {
  const [, ...sections] = changelog.split(/^## /m);
  const headings = sections.map((section) => (section.split("\n", 1)[0] ?? "").trim());
  const index = headings.findIndex((heading) => {
    const [, found] = /^\[?v?(\d+\.\d+\.\d+\S*?)\]?(?:\s|$)/.exec(heading) ?? [];
    return found === version;
  });
  const text = sections[index]?.split("\n").slice(1).join("\n").trim();
  if (text !== undefined && text !== "") return text;
  const what =
    text === undefined ? `has no section for ${version}` : `has nothing in its section for ${version}`;
  throw new UserError(
    `CHANGELOG.md ${what}; found: ${headings.join(", ") || "no sections"}`,
    `name the section "## ${version}", commit, and tag that commit`,
  );
}

/** What a tag releases. @throws UserError when tag, package.json and CHANGELOG.md do not agree */
async function releaseOf(root: string, tag: string): Promise<{ version: string; notes: string }> {
  const [, version] = /^v(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/.exec(tag) ?? [];
  if (version === undefined)
    throw new UserError(`"${tag}" is no tag of a release; allowed: v1.2.3 or v1.2.3-rc.1`);
  const text = await readFile(join(root, "package.json"), "utf8");
  const named = z.looseObject({ version: z.string() }).parse(JSON.parse(text)).version;
  if (named !== version) {
    throw new UserError(
      `tag ${tag} is not the version in package.json, which is ${named}`,
      `npm version --no-git-tag-version ${version}, commit, and tag that commit`,
    );
  }
  return { version, notes: sectionOf(await readFile(join(root, "CHANGELOG.md"), "utf8"), version) };
}

/** `npm run ci -- release-notes`: prints what the changelog says of a tag. */
export async function releaseNotes(root: string, tag: string, print: (text: string) => void): Promise<void> {
  print((await releaseOf(root, tag)).notes);
}

/** `npm run ci -- release`: makes the release of a tag on GitHub, or corrects its notes. */
export async function release(
  root: string,
  tag: string,
  env: Environment,
  print: (text: string) => void,
): Promise<void> {
  const { version, notes } = await releaseOf(root, tag);
  const { client, owner, repo } = await openRepository(env);
  const content = { owner, repo, name: version, body: notes, prerelease: version.includes("-") };
  const existing = await client.rest.repos.getReleaseByTag({ owner, repo, tag }).catch((error: unknown) => {
    if (error instanceof RefusedError && error.status === 404) return undefined;
    throw error;
  });
  if (existing === undefined) {
    const { data } = await client.rest.repos.createRelease({ ...content, tag_name: tag });
    print(`released: ${data.html_url}`);
    return;
  }
  const { data } = await client.rest.repos.updateRelease({ ...content, release_id: existing.data.id });
  print(`notes corrected: ${data.html_url}`);
}
