import type { Args } from "./args";
import { type Command, stackOf, stackOption, type Surroundings } from "./command";
import { openStack } from "./stack/open";

/** `npm run env`: what plain `pulumi` needs. */
export const env: Command = {
  syntax: {
    name: "env",
    summary: 'Prints what plain pulumi commands need, for the shell: eval "$(npm run -s env)"',
    options: stackOption,
    examples: ['eval "$(npm run -s env)"; pulumi preview'],
  },
  run: async (args: Args, { root, progress, print }: Surroundings) => {
    const stack = await openStack(root, stackOf(args), progress);
    // Not the value of PATH: npm has put folders of its own into the one that we see.
    print(`export PATH=${quote(stack.binFolder)}:"$PATH"`);
    for (const [name, value] of Object.entries(stack.variables)) print(`export ${name}=${quote(value)}`);
    return 0;
  },
};

/** A value as one word of a POSIX shell. */
export const quote = (value: string): string =>
  /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
