/** A text as the collector's file wants it: a single dollar sign begins a reference to a file or a variable there. */
export const literal = (text: string): string => text.replaceAll("$", "$$$$");

/**
 * A text in the collector's own language, OTTL, as its configuration file wants it: quoted, and with every dollar sign
 * doubled.
 */
export const quote = (text: string): string => literal(JSON.stringify(text));

/** A text in the language of conditions in log operators, which knows quotes that leave backslashes alone. */
export const quoteRaw = (text: string): string => `\`${literal(text)}\``;

/** A condition: one of the attributes is a text that matches. */
export const matches = (path: string, pattern: string): string => `IsMatch(${path}, ${quote(pattern)})`;
