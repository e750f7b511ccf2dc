import { UserError } from "../errors";
import { readReport, type Report } from "./report";

/** A change as two reviews have it in common: operation, resource and the names of what changes in it. */
function keysOf({ changes }: Report): string[] {
  return changes
    .map(({ operation, resource, properties }) => {
      const paths = properties.map(({ path }) => path).sort();
      return `${operation} ${resource.urn}${paths.length === 0 ? "" : ` (${paths.join(", ")})`}`;
    })
    .sort();
}

/** What one review has and the other has not. */
export function differences(reviewed: Report, now: Report): { more: string[]; fewer: string[] } {
  const [before, after] = [keysOf(reviewed), keysOf(now)];
  return {
    more: after.filter((key) => !before.includes(key)),
    fewer: before.filter((key) => !after.includes(key)),
  };
}

/**
 * `npm run ci -- same`: whether what would change now is what was reviewed.
 * @throws UserError that lists what differs
 */
export async function same(
  reviewedFile: string,
  nowFile: string,
  print: (text: string) => void,
): Promise<void> {
  const [reviewed, now] = await Promise.all([readReport(reviewedFile), readReport(nowFile)]);
  if (reviewed.stack !== now.stack)
    throw new UserError(
      `${reviewedFile} is of stack "${reviewed.stack}", ${nowFile} of stack "${now.stack}"`,
    );
  const { more, fewer } = differences(reviewed, now);
  if (more.length === 0 && fewer.length === 0) {
    print(`stack ${now.stack}: the ${now.changes.length} changes are those that were reviewed`);
    return;
  }
  const lines = [
    ...more.map((key) => `  not reviewed: ${key}`),
    ...fewer.map((key) => `  reviewed, and no change now: ${key}`),
  ];
  throw new UserError(
    `stack ${now.stack}: what would change now is not what was reviewed\n${lines.join("\n")}`,
    "run the workflow again and approve its new review; if nobody deployed in between: npm run ci -- drift --stack STACK",
  );
}
