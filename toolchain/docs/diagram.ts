/**
 * Writes what is generated from `components/topology` into the documents: `npx tsx toolchain/docs/diagram.ts`.
 * A test tells when a document is not what it would write.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { flowchart } from "./flowchart";
import { fillSection } from "./sections";
import { arrowTable, memberTable } from "./tables";

const sections: Readonly<Record<string, () => string>> = {
  diagram: () => `\`\`\`mermaid\n${flowchart()}\n\`\`\``,
  members: memberTable,
  arrows: arrowTable,
};

/** The documents that have generated sections, and which. */
const documents: Readonly<Record<string, readonly string[]>> = {
  "README.md": ["diagram"],
  "docs/architecture.md": ["diagram", "members", "arrows"],
};

/** A document as it is, and as it should be. */
export interface GeneratedDocument {
  readonly file: string;
  readonly found: string;
  readonly wanted: string;
}

/** All documents with generated sections below the project folder. */
export function generatedDocuments(projectFolder: string): GeneratedDocument[] {
  return Object.entries(documents)
    .filter(([file]) => existsSync(join(projectFolder, file)))
    .map(([file, names]) => {
      const found = readFileSync(join(projectFolder, file), "utf8");
      const wanted = names.reduce(
        (text, name) => fillSection(file, text, name, sections[name]?.() ?? ""),
        found,
      );
      return { file, found, wanted };
    });
}

if (require.main === module) {
  const folder = join(__dirname, "..", "..");
  for (const { file, found, wanted } of generatedDocuments(folder)) {
    if (found !== wanted) writeFileSync(join(folder, file), wanted);
    process.stdout.write(`${file}: ${found === wanted ? "up to date" : "written"}\n`);
  }
}
