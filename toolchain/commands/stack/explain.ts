import { UserError } from "../../errors";

/** What a message about a failed Pulumi command can name. */
export interface PulumiContext {
  readonly stack: string;
  readonly command: string;
  readonly passphraseFrom: string;
  readonly backendUrl: string;
}

/** Turns what Pulumi wrote on standard error into a message that says what to do. */
export function explain(stderr: string, context: PulumiContext): UserError {
  const text = withoutColors(stderr).trim();
  if (text.includes("incorrect passphrase")) {
    return new UserError(
      `the passphrase does not open stack "${context.stack}"; it was read from ${context.passphraseFrom}; nothing was changed`,
      "set PULUMI_CONFIG_PASSPHRASE_FILE to the file with which the stack was made; if there is no such stack on this machine " +
        `yet, remove the line "encryptionsalt" from Pulumi.${context.stack}.yaml (it belongs to another machine's state)`,
    );
  }
  if (text.includes("passphrase must be set")) {
    return new UserError(
      `stack "${context.stack}" is encrypted with a passphrase and none is set`,
      "set PULUMI_CONFIG_PASSPHRASE_FILE to the file that holds it",
    );
  }
  const noStack = /no stack named '([^']+)' found/.exec(text);
  if (noStack !== null) {
    return new UserError(
      `there is no stack "${noStack[1]}" in ${context.backendUrl}`,
      `npm run up -- --stack ${noStack[1]}`,
    );
  }
  if (text.includes("a stack name may only contain")) {
    return new UserError(
      `--stack: found "${context.stack}"; allowed: letters, digits, hyphens, underscores and periods`,
    );
  }
  const locked = /created by (\S+) \(pid (\d+)\) at (\S+)/.exec(text);
  if (text.includes("stack is currently locked") && locked !== null) {
    return new UserError(
      `stack "${context.stack}" is in use by ${locked[1]} (process ${locked[2]}, since ${locked[3]})`,
      `wait until it has ended; if it is dead: pulumi cancel --stack ${context.stack} --yes`,
    );
  }
  return new UserError(
    `pulumi ${context.command} failed:\n${text.replace(/^/gm, "    ") || "    (no message)"}`,
  );
}

/** Text without the colour codes of a terminal, and without the tags by which Pulumi marks colours in its events. */
export function withoutColors(text: string): string {
  // By its code, because a control character in the source cannot be seen.
  const escape = String.fromCharCode(27);
  return text.replaceAll(new RegExp(`${escape}\\[[0-9;]*m`, "g"), "").replaceAll(/<\{%[^%]*%\}>/g, "");
}
