import { z } from "zod";

const fields = z.record(z.string(), z.unknown()).nullish();
const stateSchema = z.looseObject({ inputs: fields, outputs: fields });

const metadataSchema = z.looseObject({
  op: z.string(),
  urn: z.string(),
  type: z.string(),
  old: stateSchema.nullish(),
  new: stateSchema.nullish(),
});

const diagnosticSchema = z.looseObject({
  urn: z.string().optional(),
  message: z.string(),
  severity: z.string(),
  ephemeral: z.boolean().optional(),
});

const eventSchema = z.looseObject({
  diagnosticEvent: diagnosticSchema.optional(),
  resourcePreEvent: z.looseObject({ metadata: metadataSchema }).optional(),
  resOutputsEvent: z.looseObject({ metadata: metadataSchema }).optional(),
  resOpFailedEvent: z.looseObject({ metadata: metadataSchema }).optional(),
  summaryEvent: z.looseObject({ resourceChanges: z.record(z.string(), z.number()).nullish() }).optional(),
});

/** One event of Pulumi's engine, as `--json` prints it, one a line. Secrets in it are masked by the engine. */
export type EngineEvent = z.infer<typeof eventSchema>;
/** A message of the program, a provider or the engine. */
export type Diagnostic = z.infer<typeof diagnosticSchema>;
/** What a step is about. */
export type StepMetadata = z.infer<typeof metadataSchema>;

/** Reads a line of `pulumi up --json`; undefined for a line that is no event. */
export function parseEvent(line: string): EngineEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const event = eventSchema.safeParse(JSON.parse(line));
    return event.success ? event.data : undefined;
  } catch {
    return undefined;
  }
}

/** The last part of a URN: the resource's own name. */
export const nameIn = (urn: string): string => urn.split("::").at(-1) ?? urn;
