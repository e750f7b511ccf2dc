import { writeFile } from "node:fs/promises";
import { htmlPage } from "../review/page";
import { readPages } from "./pages";

/** `npm run ci -- html`: writes each page as HTML beside it, for who reads it outside a pull request. */
export async function html(folder: string, print: (text: string) => void): Promise<void> {
  for (const { stack, file, text } of await readPages(folder)) {
    const target = file.replace(/\.md$/, ".html");
    await writeFile(target, htmlPage(text, `Review of stack ${stack}`));
    print(target);
  }
}
