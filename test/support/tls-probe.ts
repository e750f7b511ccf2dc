import { z } from "zod";
import { docker, executeOk, serverOf } from "./engine";

/** A server as one of its clients dials it. */
export interface Door {
  readonly host: string;
  readonly port: number;
  /** What is spoken before TLS, and asks for it. Absent: TLS from the first byte. */
  readonly first?: "postgres" | "smtp";
}

const seenSchema = z.array(
  z.object({
    host: z.string(),
    port: z.number(),
    version: z.string().optional(),
    error: z.string().optional(),
    plain: z.string(),
  }),
);

/** What a client sees at a door: the version of TLS, or why there is none; and what an unencrypted request is answered with. */
export type Seen = z.infer<typeof seenSchema>[number];

/** Verifies chain and name of each server against the authority, then tries plain HTTP. Python, for it can do TLS by itself. */
const SCRIPT = `
import json, os, socket, ssl
context = ssl.create_default_context(cadata=os.environ["CA"])
def dial(door):
    return socket.create_connection((door["host"], door["port"]), 5)
seen = []
for door in json.loads(os.environ["DOORS"]):
    result = {"host": door["host"], "port": door["port"], "plain": ""}
    try:
        with dial(door) as raw:
            if door.get("first") == "postgres":
                raw.sendall(bytes([0, 0, 0, 8, 4, 210, 22, 47]))
                assert raw.recv(1) == b"S", "PostgreSQL has no TLS"
            if door.get("first") == "smtp":
                lines = raw.makefile("r", newline="\\r\\n")
                lines.readline()
                raw.sendall(b"STARTTLS\\r\\n")
                answer = lines.readline()
                assert answer.startswith("220"), f"SMTP has no TLS: {answer}"
            with context.wrap_socket(raw, server_hostname=door["host"]) as encrypted:
                result["version"] = encrypted.version()
    except Exception as error:
        result["error"] = repr(error)
    try:
        with dial(door) as raw:
            raw.sendall(b"GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
            raw.settimeout(3)
            result["plain"] = raw.recv(80).decode("latin1")
    except OSError:
        pass
    seen.append(result)
print(json.dumps(seen))
`;

/** Looks at doors from where a client stands. */
export async function lookAt(client: string, doors: readonly Door[], ca: string): Promise<Seen[]> {
  const [{ Id }, { Image, Path }] = await Promise.all([serverOf(client), serverOf("label-studio")]);
  const helper = await docker.createContainer({
    Image,
    Entrypoint: ["sleep", "120"],
    User: "65534:65534",
    HostConfig: { NetworkMode: `container:${Id}`, CapDrop: ["ALL"], Init: true },
  });
  try {
    await helper.start();
    const env = [`CA=${ca}`, `DOORS=${JSON.stringify(doors)}`];
    return seenSchema.parse(JSON.parse(await executeOk(helper.id, [pythonOf(Path), "-c", SCRIPT], { env })));
  } finally {
    await helper.remove({ force: true });
  }
}

/** The interpreter beside the program that the service runs. */
const pythonOf = (program: string): string =>
  program.includes("/") ? program.replace(/[^/]+$/, "python") : "python";
