import { z } from "zod";

const messageSchema = z.object({
  stream: z.string().optional(),
  status: z.string().optional(),
  id: z.string().optional(),
  error: z.string().optional(),
  /** The end of a push: what the registry calls the image. */
  aux: z.object({ Digest: z.string().optional() }).optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
});

/** One line of what the engine says while it pulls, builds or imports. */
export type EngineMessage = z.infer<typeof messageSchema>;

/** The engine's progress stream, message by message. Ends with the stream; an aborted or broken one throws. */
export async function* messagesOf(stream: NodeJS.ReadableStream): AsyncGenerator<EngineMessage> {
  stream.setEncoding("utf8");
  let rest = "";
  // Read without readline, which throws out of turn when the engine resets the connection after its last message.
  for await (const chunk of stream) {
    const lines = `${rest}${String(chunk)}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield messageSchema.parse(JSON.parse(line));
  }
  if (rest.trim() !== "") yield messageSchema.parse(JSON.parse(rest));
}
