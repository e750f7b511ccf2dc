/** The project's own errors say all in their message; the stack trace that Pulumi prints with them helps nobody. */
const OWN_ERROR = /(?:Config|Topology|Unsupported|User)Error: ([\s\S]*?)(?=\n\s+at |\n\s*\n|$)/;

/** What a message says in the project's own words, where an error of the project is in it. */
export const ownWords = (message: string): string => OWN_ERROR.exec(message)?.[1]?.trim() ?? message;

/** What the program throws for a person to read comes with a stack that tells them nothing; a bug's stack has a heading, and stays. */
export const withoutStack = (message: string): string =>
  message.startsWith("Error: ") ? message.slice("Error: ".length).replace(/(\n\s+at .*)+$/, "") : message;

/** How the engine ends what it says when something else has failed: it adds nothing. */
export const ENDINGS: ReadonlySet<string> = new Set(["update failed", "preview failed"]);
