import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../errors";

/** Where it is written that something that holds data may go. Whoever approves the pull request approves this. */
export const ACKNOWLEDGEMENTS = "policies/acknowledgements.json";

/** What may happen to data: it goes, it starts anew, or something that protects it becomes less. */
export const losses = ["delete", "replace", "unprotect"] as const;
export type Loss = (typeof losses)[number];

const PLACEHOLDER = "<why the data may go, and what was done with it before>";

const acknowledgementSchema = z.strictObject({
  stack: z.string().min(1),
  /** Name of the resource: the last part of its URN. `*` stands for any characters in the names of generated passwords and keys. */
  resource: z.string().min(1),
  change: z.enum(losses),
  /** For the reviewer: why it may go, and what was done with the data before. */
  reason: z
    .string()
    .min(30)
    .refine((reason) => !reason.startsWith("<"), "the reason is still to be written"),
  /** Last day on which it holds. */
  expires: z.iso.date(),
});

/** That one loss is meant, for a reason, until a day. */
export type Acknowledgement = z.infer<typeof acknowledgementSchema>;

/** Reads the list. @throws UserError with every fault in it */
export function parseAcknowledgements(content: string): readonly Acknowledgement[] {
  let read: unknown;
  try {
    read = JSON.parse(content);
  } catch (error) {
    throw fault(error instanceof Error ? error.message : String(error));
  }
  const list = z.array(acknowledgementSchema).safeParse(read);
  if (!list.success) throw fault(z.prettifyError(list.error));
  return list.data;
}

const fault = (problem: string): UserError =>
  new UserError(
    `${ACKNOWLEDGEMENTS}: ${problem}`,
    `a list, in which each line is like ${lineFor({ stack: "dev", resource: "postgres-data", change: "replace" }, "2026-11-23")}`,
  );

/** The acknowledgements of the project in a folder; a project without the file has none. */
export async function readAcknowledgements(root: string): Promise<readonly Acknowledgement[]> {
  const content = await readFile(join(root, ACKNOWLEDGEMENTS), "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "[]";
    throw error;
  });
  return parseAcknowledgements(content);
}

/** Today, as the file names days. */
export const today = (): string => new Date().toISOString().slice(0, 10);

const DAYS = 14;

/** The line that acknowledges a loss, with the reason left to be written. */
export function lineFor(loss: Pick<Acknowledgement, "stack" | "resource" | "change">, day: string): string {
  const expires = new Date(Date.parse(day) + DAYS * 86_400_000).toISOString().slice(0, 10);
  return JSON.stringify({ ...loss, reason: PLACEHOLDER, expires });
}

/** The acknowledgements of one stack, and which of them were needed. */
export class Acknowledgements {
  private readonly used = new Set<Acknowledgement>();
  private readonly list: readonly Acknowledgement[];

  constructor(
    all: readonly Acknowledgement[],
    stack: string,
    /** As in 2026-11-23. */
    private readonly today: string,
  ) {
    this.list = all.filter((one) => one.stack === stack);
  }

  /** The one that covers a loss, unless it has expired. @param patterns whether `*` counts: data is named one by one */
  cover(resource: string, change: Loss, patterns: boolean): Acknowledgement | undefined {
    const covers = (one: Acknowledgement): boolean =>
      one.change === change &&
      one.expires >= this.today &&
      (one.resource === resource || (patterns && matches(one.resource, resource)));
    const found = this.list.find(covers);
    if (found !== undefined) this.used.add(found);
    return found;
  }

  /** What is wrong with the list itself, after every loss was looked up. */
  faults(): readonly string[] {
    return this.list
      .filter((one) => !this.used.has(one))
      .map((one) => {
        const what = `that ${one.resource} may be lost (${one.change})`;
        return one.expires < this.today
          ? `${what} ended on ${one.expires}: delete the line, or have it reviewed again with a later day`
          : `${what} is not needed: delete the line`;
      });
  }
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}
