import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Text of a file that lies beside the code that needs it, such as a start script. */
export const asset = (folder: string, file: string): string => readFileSync(join(folder, file), "utf8");
