import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { UserError } from "../../errors";

/** The file that is meant: npm runs commands in the project's folder, and says where it was called. */
export const pathOf = (file: string, env: NodeJS.ProcessEnv = process.env): string =>
  resolve(env["INIT_CWD"] ?? "", file);

/** The first bytes of every GGUF file. */
const MAGIC = "GGUF";

/**
 * Looks whether a file is what Ollama can make a model of, before gigabytes are sent.
 * @returns its size in bytes
 */
export async function checkGguf(path: string): Promise<number> {
  const file = await open(path, "r").catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    throw code === "ENOENT"
      ? new UserError(
          `there is no file "${path}"`,
          "npm run models -- add NAME FILE.gguf, with the file's path",
        )
      : new UserError(`"${path}" cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw new UserError(`"${path}" is no file`, "name one .gguf file");
    const { buffer } = await file.read({ buffer: Buffer.alloc(MAGIC.length), position: 0 });
    if (buffer.toString("latin1") !== MAGIC) {
      throw new UserError(
        `"${path}" is no GGUF file: it does not begin with ${MAGIC}`,
        "other formats are converted with llama.cpp's convert_hf_to_gguf.py; of a model in parts, merge them with llama-gguf-split --merge",
      );
    }
    return facts.size;
  } finally {
    await file.close();
  }
}
