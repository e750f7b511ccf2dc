import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:http2";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { FILES, type JobSpec } from "../../components/core/workload";
import { docker, logsOf, readAll } from "../support/engine";
import { open } from "../support/samples";
import { builtImage } from "./gateway-bench";

/** A question to Weaviate's REST API or its metrics. */
export interface Ask {
  readonly url: string;
  readonly ca: string;
  readonly authorization?: string;
  readonly method?: string;
  readonly json?: unknown;
}

/** One question over TLS to the server whose certificate says `weaviate`. */
export function ask(question: Ask): Promise<{ readonly status: number; readonly body: string }> {
  const { url, ca, authorization, json } = question;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        ca,
        servername: "weaviate",
        agent: false,
        timeout: 20_000,
        method: question.method ?? (json === undefined ? "GET" : "POST"),
        headers: {
          ...(authorization === undefined ? {} : { authorization }),
          ...(json === undefined ? {} : { "content-type": "application/json" }),
        },
      },
      (response) => {
        readAll(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, body: body.toString("utf8") }),
          reject,
        );
      },
    );
    sent.on("error", reject).on("timeout", () => sent.destroy(new Error(`${url} does not answer`)));
    sent.end(json === undefined ? undefined : JSON.stringify(json));
  });
}

/** What a gRPC call came to: the status is 0 when all is well, 7 forbidden, 16 nobody we know. */
export interface Called {
  readonly status: number;
  readonly message: Buffer;
}

/** One gRPC call over TLS, of a message that is encoded already. */
export function call(
  origin: string,
  path: string,
  message: Buffer,
  as: { readonly ca: string; readonly token?: string },
): Promise<Called> {
  const length = Buffer.alloc(5);
  length.writeUInt32BE(message.length, 1);
  return new Promise((resolve, reject) => {
    const session = connect(origin, { ca: as.ca, servername: "weaviate" }).on("error", reject);
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
      ...(as.token === undefined ? {} : { authorization: `Bearer ${as.token}` }),
    });
    const parts: Buffer[] = [];
    let status = -1;
    const told = (headers: Readonly<Record<string, unknown>>) => {
      if (headers["grpc-status"] !== undefined) status = Number(headers["grpc-status"]);
    };
    stream
      .on("response", told)
      .on("trailers", told)
      .on("data", (part: Buffer) => parts.push(part))
      .on("error", reject)
      .on("end", () => {
        session.close();
        resolve({ status, message: Buffer.concat(parts).subarray(5) });
      });
    stream.end(Buffer.concat([length, message]));
  });
}

const field = (number: number, bytes: Buffer): Buffer =>
  Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value]);
}

/** A SearchRequest of Weaviate's gRPC API: the object that is nearest to a vector, with its id. */
export function nearestTo(collection: string, vector: readonly number[]): Buffer {
  const floats = Buffer.alloc(vector.length * 4);
  vector.forEach((value, i) => floats.writeFloatLE(value, i * 4));
  const withId = Buffer.concat([varint(1 << 3), varint(1)]);
  return Buffer.concat([
    field(1, Buffer.from(collection)),
    field(21, withId),
    Buffer.concat([varint(30 << 3), varint(1)]),
    field(43, field(4, floats)),
    Buffer.concat([varint(102 << 3), varint(1)]),
  ]);
}

/** Where a job of the bench runs. */
export interface Place {
  /** Name of its container. */
  readonly name: string;
  readonly network: string;
  /** Names that it knows, with their addresses. */
  readonly hosts: Readonly<Record<string, string>>;
}

/** Runs a job to its end, and returns what it said. */
export async function runJob(
  job: Omit<JobSpec, "rerunOn" | "timeoutSeconds">,
  place: Place,
): Promise<{ readonly code: number; readonly said: string }> {
  const folder = mkdtempSync(join(tmpdir(), `${place.name}-`));
  chmodSync(folder, 0o755);
  for (const [path, value] of Object.entries(job.files ?? {})) {
    const target = join(folder, path.slice(FILES.length));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, (await open(value)).text, { mode: 0o444 });
  }
  const container = await docker.createContainer({
    name: place.name,
    Image: await builtImage(job.image),
    Entrypoint: [...job.command],
    Cmd: [],
    User: `${job.user.uid}:${job.user.gid}`,
    HostConfig: {
      Binds: [`${folder}:${FILES}:ro`],
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Memory: job.resources.memoryMiB * 2 ** 20,
      MemorySwap: job.resources.memoryMiB * 2 ** 20,
      NetworkMode: place.network,
      ExtraHosts: Object.entries(place.hosts).map(([host, address]) => `${host}:${address}`),
    },
  });
  try {
    await container.start();
    const { StatusCode: code } = (await container.wait()) as { StatusCode: number };
    return { code, said: await logsOf(container.id) };
  } finally {
    await container.remove({ force: true, v: true });
    rmSync(folder, { recursive: true, force: true });
  }
}
