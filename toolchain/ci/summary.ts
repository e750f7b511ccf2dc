import { appendFile, stat } from "node:fs/promises";
import { type Environment, needed } from "./environment";
import { readPages } from "./pages";

/** Bytes that GitHub takes of one step's summary; it drops the whole of a longer one. */
const SUMMARY_LIMIT = 1024 * 1024;

/** `npm run ci -- summary`: puts the pages on the page of the run, as many as fit. */
export async function summary(
  folder: string,
  env: Environment,
  print: (text: string) => void,
): Promise<void> {
  const file = needed(env, "GITHUB_STEP_SUMMARY");
  const note = env["CI_NOTE"] ?? "";
  let used = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  for (const { stack, text } of await readPages(folder)) {
    const block = `${note === "" ? "" : `${note}\n\n`}${text.trimEnd()}\n\n`;
    const left = `Stack ${stack}: its page does not fit here; it is in the artefacts of this run.\n\n`;
    const fits = used + Buffer.byteLength(block) + Buffer.byteLength(left) <= SUMMARY_LIMIT;
    const shown = fits ? block : left;
    if (used + Buffer.byteLength(shown) > SUMMARY_LIMIT) {
      print(`stack ${stack}: the summary is full`);
      continue;
    }
    await appendFile(file, shown);
    used += Buffer.byteLength(shown);
    print(`stack ${stack}: ${fits ? "in the summary" : "too long for the summary"}`);
  }
}
