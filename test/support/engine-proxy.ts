import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SOCKET = "/var/run/docker.sock";

/** A way to the engine that can be cut and joined again, which cannot be done to the engine itself in a test. */
export class EngineProxy {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  private constructor(private readonly folder: string) {}

  static async open(): Promise<EngineProxy> {
    const proxy = new EngineProxy(await mkdtemp(join(tmpdir(), "semblance-engine-")));
    await proxy.join();
    return proxy;
  }

  /** Value of DOCKER_HOST that leads through it. */
  get host(): string {
    return `unix://${this.path}`;
  }

  private get path(): string {
    return join(this.folder, "docker.sock");
  }

  /** Lets connections through, from now on. */
  async join(): Promise<void> {
    this.server = createServer({ allowHalfOpen: true }, (inner) => this.connect(inner));
    await once(this.server.listen(this.path), "listening");
  }

  /** Ends all connections, and takes no new ones: the engine is gone. */
  cut(): void {
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
  }

  async remove(): Promise<void> {
    this.cut();
    await rm(this.folder, { recursive: true, force: true });
  }

  private connect(inner: Socket): void {
    const path = process.env["DOCKER_HOST"]?.replace("unix://", "") ?? SOCKET;
    const outer = connect({ path, allowHalfOpen: true });
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      this.sockets.add(one);
      one.on("error", () => other.destroy()).on("close", () => this.sockets.delete(one));
      one.pipe(other);
    }
  }
}
