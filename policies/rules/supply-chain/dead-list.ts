import { z } from "zod";
import { matches } from "../../core/pattern";
import list from "../../data/dead-images.json";

const text = z.string().min(1);

/** One thing that nobody should start any more. */
const entrySchema = z
  .strictObject({
    kind: z.enum(["image", "chart", "ami", "cluster"]),
    /** Name of an image with its registry, address of a chart, type of an AMI; `*` at its end stands for anything. */
    match: z.string().regex(/^[^*\s]+\*?$/),
    /** Gone from its registry; there, with nothing new; or without patches. */
    state: z.enum(["gone", "frozen", "unpatched"]),
    /** Since when, for all of its versions. */
    date: z.iso.date().optional(),
    /** The versions that it is true of, as tags start, and from which day on. */
    versions: z.record(text, z.iso.date()).optional(),
    /** What to use in its place. */
    successor: text,
    /** Where that can be read. */
    source: z.url({ protocol: /^https$/ }),
  })
  .refine(({ date, versions }) => (date === undefined) !== (versions === undefined), {
    error: "either a date or versions with dates",
  });

/** @see deadList */
export type DeadEntry = z.infer<typeof entrySchema>;

/** Reads a list; throws with every fault in it. */
export const parseDeadList = (content: unknown): readonly DeadEntry[] => z.array(entrySchema).parse(content);

/** Images, charts, AMIs and versions that are gone, frozen or without patches: `policies/data/dead-images.json`. */
export const deadList: readonly DeadEntry[] = parseDeadList(list);

/** What is known of a dead thing, without anything that the program said. */
export interface Obituary {
  readonly entry: DeadEntry;
  readonly date: string;
}

/** Looks a name and its version up. A version is that of an entry, or starts with it: `3.9-slim` is a 3.9. */
export function obituaryOf(
  kind: DeadEntry["kind"],
  name: string,
  version: string | undefined,
  entries: readonly DeadEntry[] = deadList,
): Obituary | undefined {
  for (const entry of entries) {
    if (entry.kind !== kind || !matches(entry.match, name)) continue;
    const date = entry.date ?? dateOf(entry.versions ?? {}, version ?? "");
    if (date !== undefined) return { entry, date };
  }
  return undefined;
}

function dateOf(versions: Readonly<Record<string, string>>, version: string): string | undefined {
  const given = version.replace(/^v(?=\d)/, "");
  return Object.entries(versions).find(
    ([one]) => given === one || given.startsWith(`${one}.`) || given.startsWith(`${one}-`),
  )?.[1];
}

/** Words for a message: what is the matter since when, and what to use instead. */
export function obituaryText({ entry, date }: Obituary): string {
  const states = {
    gone: `has been gone since ${date}`,
    frozen: `has had no new versions since ${date}`,
    unpatched: `gets no patches after ${date}`,
  };
  return `${states[entry.state]}; use ${entry.successor} (${entry.source})`;
}
