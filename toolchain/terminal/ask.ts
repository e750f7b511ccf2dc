import { createInterface } from "node:readline/promises";
import { UserError } from "../errors";

/**
 * Asks for a word before something that cannot be undone. Without a terminal nothing is ever asked.
 * @throws UserError when there is no terminal, or the answer is another one.
 */
export async function confirmByTyping(
  question: string,
  word: string,
  withoutTerminal: string,
): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UserError("this needs a confirmation, and there is no terminal to ask on", withoutTerminal);
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${question}\nType ${word} to go on: `);
    if (answer.trim() !== word)
      throw new UserError(`"${answer.trim()}" is not "${word}": nothing was changed`);
  } finally {
    prompt.close();
  }
}
