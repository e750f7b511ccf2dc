import { UserError } from "../../../errors";
import type { Explanation } from "./context";

const wrongPassphrase: Explanation = (text, { stack, passphraseFrom }) =>
  text.includes("incorrect passphrase")
    ? new UserError(
        `the passphrase does not open stack "${stack}"; it was read from ${passphraseFrom}; nothing was changed`,
        "set PULUMI_CONFIG_PASSPHRASE_FILE to the file with which the stack was made; if there is no such stack on this machine " +
          `yet, remove the line "encryptionsalt" from Pulumi.${stack}.yaml (it belongs to another machine's state)`,
      )
    : undefined;

const noPassphrase: Explanation = (text, { stack }) =>
  text.includes("passphrase must be set")
    ? new UserError(
        `stack "${stack}" is encrypted with a passphrase and none is set`,
        "set PULUMI_CONFIG_PASSPHRASE_FILE to the file that holds it; for a key service instead, name it in " +
          `Pulumi.${stack}.yaml (secretsprovider: awskms:///alias/NAME?region=REGION) before the stack is made`,
      )
    : undefined;

/** Pulumi words it by where the stack's key service was found: in an option, or in the stack's file. */
const unknownProvider: Explanation = (text, { stack }) => {
  const [, found, allowed] =
    /unknown secrets provider type '([^']*)' \(supported values: ([^)]*)\)/.exec(text) ??
    /no driver registered for "([^"]*)" for URL .*; available schemes: (.*)/.exec(text) ??
    [];
  if (found === undefined || allowed === undefined) return undefined;
  return new UserError(
    `Pulumi.${stack}.yaml: secretsprovider: found "${found}"; allowed: ${allowed.split(/,\s*/).join(", ")}`,
    "docs/environments.md shows one of each",
  );
};

/** Failures to open the secrets of a stack by its passphrase; those of a key service are AWS' own. */
export const secretExplanations: readonly Explanation[] = [wrongPassphrase, noPassphrase, unknownProvider];
