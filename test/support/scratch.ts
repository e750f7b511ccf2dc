import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { containersOf, docker, logsOf, objectsOf } from "./engine";
import { evidence } from "./evidence";
import { type Ended, project, pulumi, root, type RunOptions, type Running, startProject } from "./stack";

/** A stack of its own beside the one under test, with a state, ports and networks of its own. */
export class ScratchStack {
  private constructor(
    readonly name: string,
    private readonly folder: string,
    readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Writes the configuration of a stack that does not exist yet. `subnets` must be free. */
  static async create(name: string, subnets: string, env: NodeJS.ProcessEnv = {}): Promise<ScratchStack> {
    const folder = await mkdtemp(join(tmpdir(), `semblance-${name}-`));
    const [httpsPort, httpPort] = await Promise.all([freePort(), freePort()]);
    const stack = new ScratchStack(name, folder, {
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "of a test",
      ...env,
    });
    await stack.configure({ subnets, edge: { httpsPort, httpPort } });
    return stack;
  }

  /** Writes the stack's file anew. */
  async configure(settings: Record<string, unknown>): Promise<void> {
    const config = {
      "pulumi:disable-default-providers": ["docker", "random", "tls"],
      "semblance-curation:settings": settings,
    };
    // JSON is valid YAML.
    await writeFile(this.file, `${JSON.stringify({ config }, undefined, 2)}\n`);
  }

  private get file(): string {
    return join(root, `Pulumi.${this.name}.yaml`);
  }

  start(command: string, args: readonly string[] = [], options: RunOptions = {}): Running {
    return startProject(command, [...args, "--stack", this.name], this.with(options));
  }

  async run(command: string, args: readonly string[] = [], options: RunOptions = {}): Promise<Ended> {
    return project(command, [...args, "--stack", this.name], this.with(options));
  }

  async pulumi(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return pulumi(args, { ...this.with(options), stack: this.name });
  }

  private with(options: RunOptions): RunOptions {
    return { limitSeconds: 600, ...options, env: { ...this.env, ...options.env } };
  }

  /** Keeps the logs of all containers, for whoever looks into a failure. */
  async keepLogs(): Promise<void> {
    for (const { Id, Name } of await containersOf(this.name))
      await writeFile(evidence(`${Name.slice(1)}.log`), await logsOf(Id));
  }

  /** Removes whatever is left of the stack, after a test that failed too. */
  async discard(): Promise<void> {
    const { containers, networks, volumes } = await objectsOf(this.name);
    await Promise.all(containers.map((one) => docker.getContainer(one).remove({ force: true, v: true })));
    await Promise.all(networks.map((one) => docker.getNetwork(one).remove()));
    await Promise.all(volumes.map((one) => docker.getVolume(one).remove({ force: true })));
    await Promise.all([rm(this.folder, { recursive: true }), rm(this.file, { force: true })]);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = z.object({ port: z.number() }).parse(server.address());
  server.close();
  return port;
}
