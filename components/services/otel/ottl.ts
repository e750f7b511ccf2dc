/**
 * A text in the collector's own language, OTTL, as its configuration file wants it: quoted, and with every dollar sign
 * doubled, because a single one begins a reference to a file or a variable there.
 */
export const quote = (text: string): string => JSON.stringify(text).replaceAll("$", "$$$$");

/** A text in the language of conditions in log operators, which knows quotes that leave backslashes alone. */
export const quoteRaw = (text: string): string => `\`${text.replaceAll("$", "$$$$")}\``;

/** A condition: one of the attributes is a text that matches. */
export const matches = (path: string, pattern: string): string => `IsMatch(${path}, ${quote(pattern)})`;
