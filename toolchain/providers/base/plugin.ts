import { fstatSync } from "node:fs";
import * as grpc from "@grpc/grpc-js";

/** The engine allows messages of any size; so do we (the limits are there for servers on a network). */
const CHANNEL_OPTIONS = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

const PARENT_POLL_MS = 1000;

/** A gRPC server with the engine's channel options. */
export function newServer(): grpc.Server {
  return new grpc.Server(CHANNEL_OPTIONS);
}

/**
 * A plugin's contract with the engine: listen on a free loopback port, print it and a newline, serve until told to
 * stop. `stop` runs once, when the engine interrupts us or is gone; the process ends when it settles.
 */
export async function servePlugin(server: grpc.Server, stop: () => Promise<void>): Promise<void> {
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  let stopping: Promise<void> | undefined;
  whenToldToStop((exitCode) => {
    stopping ??= stop().finally(() => {
      // Answers that are on their way get a moment to leave; connections that the engine keeps open do not hold us.
      const forced = setTimeout(() => process.exit(exitCode), 200);
      server.tryShutdown(() => {
        clearTimeout(forced);
        process.exit(exitCode);
      });
    });
  });
  process.stdout.write(`${port}\n`);
}

/**
 * Calls back when the engine asks this process to end (SIGINT, SIGTERM) or is no longer there. An engine that was
 * killed sends nothing: its end of our standard input closes, and our parent changes.
 */
function whenToldToStop(stop: (exitCode: number) => void): void {
  process.on("SIGINT", () => stop(0));
  process.on("SIGTERM", () => stop(0));
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop(1);
  }, PARENT_POLL_MS).unref();
  // Only a pipe's end means something: a file or /dev/null is at its end from the start.
  const stdin = fstatSync(0);
  if (stdin.isFIFO() || stdin.isSocket()) {
    process.stdin.on("error", () => stop(1));
    process.stdin.on("close", () => stop(1));
    process.stdin.resume();
  }
  // A closed log pipe must not end a running operation half-way.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
}

/** Turns an async function into a unary handler: what it throws becomes a gRPC error, its message as it is. */
export function unary<Request, Response>(
  handle: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    handle(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback(asServiceError(error)),
    );
  };
}

function asServiceError(error: unknown): Partial<grpc.ServiceError> {
  if (error instanceof RpcError)
    return { code: error.code, details: error.message, metadata: error.metadata };
  return { code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) };
}

/** An error with a gRPC status of its own. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  constructor(
    readonly code: grpc.status,
    message: string,
    readonly metadata: grpc.Metadata = new grpc.Metadata(),
  ) {
    super(message);
  }
}
