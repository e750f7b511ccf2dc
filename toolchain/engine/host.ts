import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/** Where an engine is looked for, and who said so. */
export interface EngineHost {
  /** As in DOCKER_HOST: unix://, tcp:// or ssh://. Undefined is the standard socket. */
  readonly url: string | undefined;
  readonly from: "DOCKER_HOST" | "docker context" | "default";
}

const configSchema = z.object({ currentContext: z.string().optional() });
const contextSchema = z.object({ Endpoints: z.object({ docker: z.object({ Host: z.string() }) }) });

/**
 * The engine that the docker command would talk to: DOCKER_HOST, then the chosen context (Docker Desktop, Colima and
 * rootless engines set one), then the standard socket.
 */
export async function engineHost(env: NodeJS.ProcessEnv = process.env): Promise<EngineHost> {
  const url = env["DOCKER_HOST"];
  if (url !== undefined && url !== "") return { url, from: "DOCKER_HOST" };
  const folder = env["DOCKER_CONFIG"] ?? join(homedir(), ".docker");
  const context =
    env["DOCKER_CONTEXT"] ?? (await read(join(folder, "config.json"), configSchema))?.currentContext;
  if (context === undefined || context === "" || context === "default")
    return { url: undefined, from: "default" };
  // The docker command keeps each context in a folder named by the hash of the context's name.
  const id = createHash("sha256").update(context).digest("hex");
  const meta = await read(join(folder, "contexts", "meta", id, "meta.json"), contextSchema);
  if (meta === undefined) return { url: undefined, from: "default" };
  return { url: meta.Endpoints.docker.Host, from: "docker context" };
}

async function read<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
}
