import { readFile } from "node:fs/promises";
import { z } from "zod";
import { UserError } from "../errors";
import { operations } from "../review/model";

/** The part of a review's JSON that jobs read. */
const reportSchema = z.looseObject({
  stack: z.string(),
  changes: z.array(
    z.looseObject({
      operation: z.enum(operations),
      resource: z.looseObject({ urn: z.string() }),
      properties: z.array(z.looseObject({ path: z.string() })),
    }),
  ),
  policies: z.array(
    z.looseObject({
      rule: z.string(),
      level: z.enum(["advisory", "mandatory"]),
      severity: z.string(),
      urn: z.string(),
      message: z.string(),
    }),
  ),
});

/** A review as `npm run review` wrote it beside the page. */
export type Report = z.infer<typeof reportSchema>;

/** Reads a `review-STACK.json`. @throws UserError when it is none */
export async function readReport(file: string): Promise<Report> {
  const fix = "npm run review -- --stack STACK --out FOLDER writes it";
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) throw new UserError(`there is no file ${file}`, fix);
  const parsed = reportSchema.safeParse(asJson(text));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new UserError(`${file} is no review: ${fields.join("; ")}`, fix);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
