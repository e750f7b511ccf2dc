/** A comment of a pull request or merge request. */
export interface Comment {
  readonly id: number;
  /** Login of who wrote it; undefined when the account is gone. */
  readonly author: string | undefined;
  readonly body: string;
}

/** The conversation of one pull request, whoever hosts it. Nothing in it can be deleted from here. */
export interface Thread {
  /** The login as which comments are written. */
  author(): Promise<string>;
  /** All comments, the oldest first. */
  comments(): AsyncIterable<Comment>;
  post(body: string): Promise<void>;
  edit(id: number, body: string): Promise<void>;
}

/** What became of a comment. */
export type Kept = "posted" | "edited" | "unchanged";

const firstLine = (text: string): string => text.split(/\r?\n/, 1)[0] ?? "";

/**
 * Keeps one comment up to date: finds it by its first line, and edits it in place. Only comments of the own account count:
 * anybody can write the marker, and nobody's words are to be replaced.
 */
export async function keepComment(thread: Thread, body: string): Promise<Kept> {
  const author = await thread.author();
  const marker = firstLine(body);
  for await (const comment of thread.comments()) {
    if (comment.author !== author || firstLine(comment.body) !== marker) continue;
    if (comment.body.replaceAll("\r\n", "\n").trimEnd() === body.trimEnd()) return "unchanged";
    await thread.edit(comment.id, body);
    return "edited";
  }
  await thread.post(body);
  return "posted";
}
