import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readSources } from "../../components/services/docs/pages";
import { siteFiles } from "../../components/services/docs/site";

/** `npm run ci -- site`: the documentation as the stack's own server shows it, as files for any web server. */
export async function site(root: string, folder: string, print: (text: string) => void): Promise<void> {
  const files = Object.entries(siteFiles(readSources(join(root, "docs"))));
  for (const [name, text] of files) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  print(`${files.length} files in ${folder}`);
}
