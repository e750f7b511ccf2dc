import { connect } from "node:http2";

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
