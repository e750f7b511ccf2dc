import { writeFile } from "node:fs/promises";
import { rules } from "../../policies/rules";
import { PACK_VERSION } from "../policies/build";
import { toSarif } from "../policies/sarif";
import { readPages } from "./pages";
import { readReport } from "./report";

/** `npm run ci -- sarif`: writes the policy results of each review as SARIF beside it, without another preview. */
export async function sarif(folder: string, print: (text: string) => void): Promise<void> {
  for (const { file } of await readPages(folder)) {
    const { policies } = await readReport(file.replace(/\.md$/, ".json"));
    const target = file.replace(/\.md$/, ".sarif");
    await writeFile(target, `${JSON.stringify(toSarif(policies, rules, PACK_VERSION), undefined, 2)}\n`);
    print(target);
  }
}
