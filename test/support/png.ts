import { crc32, deflateSync } from "node:zlib";

/** A PNG image. */
export interface TestImage {
  readonly png: Buffer;
  readonly width: number;
  readonly height: number;
}

/** Makes an RGB image out of a function from place to colour. */
export function makeImage(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): TestImage {
  const rows = Array.from({ length: height }, (_, y) =>
    // Each row begins with the number of its filter: none.
    Buffer.from([0, ...Array.from({ length: width }, (_, x) => colour(x, y)).flat()]),
  );
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const png = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return { png, width, height };
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}
