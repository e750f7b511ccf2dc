import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const configSchema = z.object({
  auths: z.record(z.string(), z.object({ auth: z.string().optional() })).optional(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
});
const helperSchema = z.object({ Username: z.string(), Secret: z.string() });

/** Name and password for one registry, as the engine's API takes them. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
}

/**
 * What `docker login` stored for the registry of this image; undefined when nobody logged in. The engine never reads that
 * file: its clients do.
 */
export async function credentialsFor(
  ref: string,
  folder: string = process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker"),
): Promise<RegistryLogin | undefined> {
  const text = await readFile(join(folder, "config.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const config = configSchema.parse(JSON.parse(text));
  const host = ref.split("/")[0] ?? "";
  for (const address of host === "docker.io"
    ? ["https://index.docker.io/v1/", host]
    : [host, `https://${host}`]) {
    const helper =
      config.credHelpers?.[address] ??
      (config.auths?.[address] === undefined ? undefined : config.credsStore);
    const login =
      helper === undefined ? fromFile(config.auths?.[address]?.auth) : await fromHelper(helper, address);
    if (login !== undefined) return { ...login, serveraddress: address };
  }
  return undefined;
}

type NameAndPassword = Pick<RegistryLogin, "username" | "password">;

function fromFile(auth: string | undefined): NameAndPassword | undefined {
  if (auth === undefined || auth === "") return undefined;
  const [username = "", ...password] = Buffer.from(auth, "base64").toString("utf8").split(":");
  return { username, password: password.join(":") };
}

function fromHelper(helper: string, address: string): Promise<NameAndPassword | undefined> {
  return new Promise((resolve) => {
    const child = execFile(`docker-credential-${helper}`, ["get"], { timeout: 5_000 }, (error, output) => {
      if (error !== null) return resolve(undefined);
      const login = helperSchema.parse(JSON.parse(output));
      resolve({ username: login.Username, password: login.Secret });
    });
    child.stdin?.end(address);
  });
}
