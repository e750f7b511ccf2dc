import { UserError } from "../../../errors";
import { locksIn, remedy, told } from "../locks";
import type { Explanation } from "./context";

/** A folder, a bucket or a database: the lock is an object beside the state, and says whose it is. */
const locked: Explanation = (text, { stack }) => {
  const locks = locksIn(text);
  if (locks.length === 0) return undefined;
  return new UserError(
    `stack "${stack}" is in use by ${locks.map((lock) => told(lock)).join(" and by ")}; nothing was changed`,
    remedy(stack),
  );
};

/** Pulumi Cloud knows who is at work; its refusal does not say who. */
const conflict: Explanation = (text, { stack, backendUrl }) =>
  text.includes("Another update is currently in progress")
    ? new UserError(
        `stack "${stack}" is in use: ${backendUrl} says that another update is in progress; nothing was changed`,
        `who it is: pulumi stack history --stack ${stack}, or the stack's page there; ${remedy(stack)}`,
      )
    : undefined;

const nothingToCancel: Explanation = (text, { stack }) =>
  text.includes("The Update has already completed")
    ? new UserError(`no run holds stack "${stack}" any more: the last one has ended`, "run the command again")
    : undefined;

/** The work is done and written down; only the lock stayed, and the next run would take it for a living one. */
const notReleased: Explanation = (text, { stack }) => {
  const lock = /there was a problem deleting the lock at (\S+), manual clean up may be required: (.*)/.exec(
    text,
  );
  if (lock === null) return undefined;
  return new UserError(
    `the run on stack "${stack}" has ended, and its lock could not be removed (${lock[1]}): ${lock[2]}`,
    `pulumi cancel --stack ${stack} --yes`,
  );
};

/** Refusals of a stack that somebody else is at work on, or seems to be. */
export const lockExplanations: readonly Explanation[] = [locked, conflict, nothingToCancel, notReleased];
