import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SOCKET = "/var/run/docker.sock";

/** A way to the engine that can be cut, which the engine itself cannot be in a test. */
export class EngineProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
    /** Value of DOCKER_HOST that leads through it. */
    readonly host: string,
  ) {}

  static async open(): Promise<EngineProxy> {
    const folder = await mkdtemp(join(tmpdir(), "semblance-engine-"));
    const path = join(folder, "docker.sock");
    const server = createServer({ allowHalfOpen: true });
    const proxy = new EngineProxy(server, folder, `unix://${path}`);
    server.on("connection", (inner) => proxy.join(inner));
    await once(server.listen(path), "listening");
    return proxy;
  }

  private join(inner: Socket): void {
    const outer = connect({
      path: process.env["DOCKER_HOST"]?.replace("unix://", "") ?? SOCKET,
      allowHalfOpen: true,
    });
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      this.sockets.add(one);
      one.on("error", () => other.destroy()).on("close", () => this.sockets.delete(one));
      one.pipe(other);
    }
  }

  /** Ends all connections, and takes no new ones: the engine is gone. */
  async cut(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await rm(this.folder, { recursive: true, force: true });
  }
}
