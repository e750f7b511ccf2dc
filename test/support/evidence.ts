import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder: string | undefined;

/** Folder of what a test run leaves to look at: outputs of commands, screenshots. `SEMBLANCE_EVIDENCE` names another one. */
export function evidenceFolder(): string {
  const wanted = process.env["SEMBLANCE_EVIDENCE"];
  if (folder === undefined && wanted !== undefined) mkdirSync(wanted, { recursive: true });
  folder ??= wanted ?? mkdtempSync(join(tmpdir(), "semblance-evidence-"));
  return folder;
}

/** Path of one such file. */
export const evidence = (name: string): string => join(evidenceFolder(), name);
