import Docker from "dockerode";
import { PassThrough } from "node:stream";
import { stackName } from "./stack";

/** The engine that the stack runs on; DOCKER_HOST is respected. */
export const docker = new Docker();

/** Labels of the stack's objects: what an operator filters `docker ps` by. */
export const label = {
  stack: "semblance.stack",
  service: "semblance.service",
  job: "semblance.job",
  arrow: "semblance.arrow",
} as const;

const ofStack = (stack: string): { filters: { label: string[] } } => ({
  filters: { label: [`${label.stack}=${stack}`] },
});

/** All containers of a stack, stopped ones too. */
export async function containersOf(stack = stackName): Promise<Docker.ContainerInspectInfo[]> {
  const found = await docker.listContainers({ all: true, ...ofStack(stack) });
  return Promise.all(found.map(({ Id }) => docker.getContainer(Id).inspect()));
}

/** The container of each server by the server's name. */
export async function serversOf(stack = stackName): Promise<Map<string, Docker.ContainerInspectInfo>> {
  const servers = new Map<string, Docker.ContainerInspectInfo>();
  for (const container of await containersOf(stack)) {
    const service = container.Config.Labels[label.service];
    if (service !== undefined) servers.set(service, container);
  }
  return servers;
}

/** The container of one server. */
export async function serverOf(service: string, stack = stackName): Promise<Docker.ContainerInspectInfo> {
  const container = (await serversOf(stack)).get(service);
  if (container === undefined)
    throw new Error(`stack ${stack} has no container of ${service}; run: npm run up`);
  return container;
}

/** Names of everything on the engine that carries the stack's label. */
export async function objectsOf(
  stack: string,
): Promise<{ containers: string[]; networks: string[]; volumes: string[] }> {
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    docker.listContainers({ all: true, ...ofStack(stack) }),
    docker.listNetworks(ofStack(stack)),
    docker.listVolumes(ofStack(stack)),
  ]);
  return {
    containers: containers.map(({ Names }) => (Names[0] ?? "").slice(1)).sort(),
    networks: networks.map(({ Name }) => Name).sort(),
    volumes: (volumes ?? []).map(({ Name }) => Name).sort(),
  };
}

/** What a command inside a container said, and its exit code. */
export interface Executed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command inside a container. */
export async function execute(
  container: string,
  command: readonly string[],
  options: { readonly user?: string; readonly env?: readonly string[] } = {},
): Promise<Executed> {
  const exec = await docker.getContainer(container).exec({
    Cmd: [...command],
    AttachStdout: true,
    AttachStderr: true,
    ...(options.user === undefined ? {} : { User: options.user }),
    ...(options.env === undefined ? {} : { Env: [...options.env] }),
  });
  const stream = await exec.start({ hijack: true });
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  docker.modem.demuxStream(stream, stdout, stderr);
  stream.on("end", () => (stdout.end(), stderr.end()));
  const [out, err] = await Promise.all([readAll(stdout), readAll(stderr)]);
  const { ExitCode } = await exec.inspect();
  return { code: ExitCode ?? -1, stdout: out.toString("utf8"), stderr: err.toString("utf8") };
}

/** Runs a command inside a container and returns what it wrote; an error when it fails. */
export async function executeOk(
  container: string,
  command: readonly string[],
  options: { readonly user?: string; readonly env?: readonly string[] } = {},
): Promise<string> {
  const { code, stdout, stderr } = await execute(container, command, options);
  if (code !== 0)
    throw new Error(`${command.join(" ")} in ${container} ended with ${code}: ${stderr}${stdout}`);
  return stdout;
}

/** Reads a stream to its end. */
export async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    if (typeof chunk !== "string" && !(chunk instanceof Uint8Array))
      throw new TypeError("not a stream of bytes");
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

/** The logs of a container, both streams. */
export async function logsOf(container: string): Promise<string> {
  const raw = await docker.getContainer(container).logs({ stdout: true, stderr: true, follow: false });
  // In front of each piece: 4 bytes that name the stream, 4 bytes of length.
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= raw.length; at += 8 + raw.readUInt32BE(at + 4)) {
    parts.push(raw.subarray(at + 8, at + 8 + raw.readUInt32BE(at + 4)));
  }
  return Buffer.concat(parts).toString("utf8");
}
