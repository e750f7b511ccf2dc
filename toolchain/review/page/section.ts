/** A part of the page that takes a certain room at most: its items in order, and how many of them did not fit. */
export interface Fitted {
  readonly text: string;
  readonly dropped: number;
}

/** As many of the items as fit into so many characters, each of which is at least one line. */
export function fit(items: readonly string[], room: number, separator = "\n"): Fitted {
  const taken: string[] = [];
  let length = 0;
  for (const item of items) {
    if (length + item.length + separator.length > room) break;
    taken.push(item);
    length += item.length + separator.length;
  }
  return { text: taken.join(separator), dropped: items.length - taken.length };
}

/** What folds away: the summary is HTML. */
export const folded = (summary: string, body: string): string =>
  `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;

/** Says of what did not fit where it is. */
export const more = (dropped: number, thing: string, stack: string): string =>
  `… and ${dropped.toLocaleString("en-US")} more ${thing}: see \`review-${stack}.json\`.`;
