import { readdir } from "node:fs/promises";
import { parseSettings, type Settings } from "../../../components/config/schema";
import { scopeOf } from "../../../components/platforms/aws/settings";
import { memberNames } from "../../../components/topology";
import { readStackFile, type StackFile, stackFilePath } from "../stack/stack-file";
import { SETTINGS } from "./render";

/** A stack that has a file in the project's folder. */
export interface KnownStack {
  readonly name: string;
  readonly file: StackFile;
  /** Undefined where the file is wrong. */
  readonly settings: Settings | undefined;
  /** What is wrong with the file. */
  readonly problem: string | undefined;
}

/** The stacks that have a file in the project's folder, by name. */
export async function stacksIn(root: string): Promise<readonly KnownStack[]> {
  const names = (await readdir(root)).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  return Promise.all(names.sort().map((name) => knownStack(root, name)));
}

async function knownStack(root: string, name: string): Promise<KnownStack> {
  try {
    const file = (await readStackFile(stackFilePath(root, name))) ?? {};
    return { name, file, ...judged(name, file) };
  } catch (error) {
    return { name, file: {}, settings: undefined, problem: messageOf(error) };
  }
}

/** The settings of a stack's file, or what is wrong with them: all that `up` would find before it touches anything. */
export function judged(name: string, file: StackFile): Pick<KnownStack, "settings" | "problem"> {
  try {
    const settings = parseSettings(file.config?.[SETTINGS], memberNames);
    if (settings.target === "aws") scopeOf(name, settings.aws, settings.kubernetes.gpuSharing);
    return { settings, problem: undefined };
  } catch (error) {
    return { settings: undefined, problem: messageOf(error) };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
