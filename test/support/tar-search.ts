import { extract } from "tar-stream";

/** What was found where in an archive. */
export interface Hit {
  readonly file: string;
  /** Name of the thing that was looked for. */
  readonly what: string;
}

/** What an archive was searched for, and what it holds. */
export interface Searched {
  readonly files: readonly string[];
  readonly bytes: number;
  readonly hits: readonly Hit[];
}

/** Looks for byte strings in a stream, across the borders of its chunks. */
export class Search {
  private readonly longest: number;
  private tail = Buffer.alloc(0);
  readonly found = new Set<string>();

  constructor(private readonly wanted: ReadonlyMap<string, Buffer>) {
    this.longest = Math.max(1, ...[...wanted.values()].map(({ length }) => length));
  }

  add(chunk: Buffer): void {
    const window = Buffer.concat([this.tail, chunk]);
    for (const [what, bytes] of this.wanted)
      if (!this.found.has(what) && window.includes(bytes)) this.found.add(what);
    this.tail = window.subarray(Math.max(0, window.length - this.longest + 1));
  }
}

/** Searches every file of a tar archive. An archive inside of it (a layer of an image) is searched as it lies there. */
export async function searchTar(
  archive: NodeJS.ReadableStream,
  wanted: ReadonlyMap<string, Buffer>,
): Promise<Searched> {
  const files: string[] = [];
  const hits: Hit[] = [];
  let bytes = 0;
  const entries = extract();
  const reading = (async () => {
    for await (const entry of entries) {
      const search = new Search(wanted);
      files.push(entry.header.name);
      for await (const chunk of entry) {
        if (!Buffer.isBuffer(chunk)) throw new TypeError(`${entry.header.name} is not read as bytes`);
        bytes += chunk.length;
        search.add(chunk);
      }
      hits.push(...[...search.found].map((what) => ({ file: entry.header.name, what })));
    }
  })();
  archive.on("error", (error: Error) => entries.destroy(error));
  archive.pipe(entries);
  await reading;
  return { files, bytes, hits };
}
