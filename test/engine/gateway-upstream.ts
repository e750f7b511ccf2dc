import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { createServer, type Server } from "node:https";
import { EventEmitter, once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import type { Pem } from "./gateway-pki";

/** A request as the upstream saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

const WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** A service behind the gateway: answers with what it saw, counts uploads as they come in, echoes websockets. */
export class DummyUpstream extends EventEmitter {
  readonly seen: Seen[] = [];
  /** Bytes of request bodies so far. */
  received = 0;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(tls: Pem) {
    super();
    this.server = createServer({ cert: tls.certificate, key: tls.key }, (request, response) => {
      const { method = "", url = "", headers } = request;
      this.seen.push({ method, url, headers });
      request.on("data", (chunk: Buffer) => {
        this.received += chunk.length;
        this.emit("bytes", this.received);
      });
      request.on("end", () => {
        response.writeHead(200, {
          "Content-Type": "application/json",
          Server: "dummy",
          "Set-Cookie": "session=COOKIE-OUT",
        });
        response.end(JSON.stringify({ method, url, headers, received: this.received }));
      });
    });
    this.server.on("secureConnection", (socket: Socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    this.server.on("upgrade", (request, socket) => {
      const accept = createHash("sha1")
        .update(`${request.headers["sec-websocket-key"]}${WEBSOCKET_GUID}`)
        .digest("base64");
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      socket.on("error", () => socket.destroy());
      socket.pipe(socket);
    });
  }

  /** Starts on a free port of every address. */
  async listen(): Promise<number> {
    this.server.listen(0, "0.0.0.0");
    await once(this.server, "listening");
    return (this.server.address() as AddressInfo).port;
  }

  get last(): Seen {
    const last = this.seen.at(-1);
    if (last === undefined) throw new Error("the upstream has seen no request");
    return last;
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}
