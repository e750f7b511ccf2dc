import { createInterface } from "node:readline";
import { z } from "zod";

const messageSchema = z.object({
  stream: z.string().optional(),
  status: z.string().optional(),
  id: z.string().optional(),
  error: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
});

/** One line of what the engine says while it pulls, builds or imports. */
export type EngineMessage = z.infer<typeof messageSchema>;

/** The engine's progress stream, message by message. Ends with the stream; an aborted or broken one throws. */
export async function* messagesOf(stream: NodeJS.ReadableStream): AsyncGenerator<EngineMessage> {
  let failure: Error | undefined;
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  stream.on("error", (error: Error) => {
    failure = error;
    lines.close();
  });
  for await (const line of lines) {
    if (line.trim() !== "") yield messageSchema.parse(JSON.parse(line));
  }
  if (failure !== undefined) throw failure;
}
