import { ownLogin, type Repository } from "./github";

/** An issue that this account keeps about one thing, found again by the first line of its text. */
export interface KeptIssue {
  /** First line: a comment that nobody sees. */
  readonly marker: string;
  readonly title: string;
  /** What it says below the marker; undefined when all is well and it is to be closed. */
  readonly body: string | undefined;
  /** The last comment of an issue that is closed. */
  readonly farewell: string;
}

/** Opens, updates or closes the issue. One that people have closed stays closed, and a new one is opened. */
export async function keepIssue(
  repository: Repository,
  { marker, title, body, farewell }: KeptIssue,
): Promise<string> {
  const { client, owner, repo } = repository;
  const found = await findIssue(repository, marker);
  if (body === undefined) {
    if (found === undefined) return "no issue, and none needed";
    await client.rest.issues.createComment({ owner, repo, issue_number: found.number, body: farewell });
    await client.rest.issues.update({ owner, repo, issue_number: found.number, state: "closed" });
    return `issue #${found.number} closed`;
  }
  const text = `${marker}\n${body}`;
  if (found === undefined) {
    const { data } = await client.rest.issues.create({ owner, repo, title, body: text });
    return `issue #${data.number} opened`;
  }
  if (found.body?.trimEnd() === text.trimEnd()) return `issue #${found.number} unchanged`;
  await client.rest.issues.update({ owner, repo, issue_number: found.number, body: text });
  return `issue #${found.number} updated`;
}

async function findIssue(repository: Repository, marker: string) {
  const { client, owner, repo } = repository;
  const creator = await ownLogin(repository);
  const query = { owner, repo, state: "open", creator, per_page: 100 } as const;
  for await (const { data } of client.paginate.iterator(client.rest.issues.listForRepo, query)) {
    const found = data.find(
      // Pull requests are issues, too.
      ({ pull_request, body, user }) =>
        pull_request === undefined && user?.login === creator && body?.split(/\r?\n/, 1)[0] === marker,
    );
    if (found !== undefined) return { number: found.number, body: found.body?.replaceAll("\r\n", "\n") };
  }
  return undefined;
}
