import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { UserError } from "../../errors";

const fileSchema = z.looseObject({
  secretsprovider: z.string().optional(),
  encryptionsalt: z.string().optional(),
  config: z.record(z.string(), z.unknown()).nullish(),
});

/** A `Pulumi.STACK.yaml` as it is written, right or wrong in its settings. */
export type StackFile = z.infer<typeof fileSchema>;

/** Where the file of a stack lies. */
export const stackFilePath = (root: string, stack: string): string => join(root, `Pulumi.${stack}.yaml`);

/**
 * Reads the file of a stack; undefined where there is none.
 * @throws UserError when it is no YAML, or not what Pulumi reads
 */
export async function readStackFile(path: string): Promise<StackFile | undefined> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseStackFile(basename(path), text);
}

/** The same of a text. @param name of the file, for the message */
export function parseStackFile(name: string, text: string): StackFile {
  try {
    return fileSchema.parse(load(text) ?? {});
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new UserError(
      `${name} is not the file of a stack: ${reason.replaceAll("\n", "\n    ")}`,
      `mend the line that it names, or take the committed one: git checkout ${name}`,
    );
  }
}

/**
 * The key service that encrypts a stack's secrets, such as `awskms://alias/state`; undefined where a passphrase does, or Pulumi
 * Cloud.
 */
export function keyServiceOf(file: StackFile | undefined): string | undefined {
  const provider = file?.secretsprovider ?? "";
  return ["", "passphrase", "default"].includes(provider) ? undefined : provider;
}
