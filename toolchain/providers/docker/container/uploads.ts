import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";
import tar from "tar-stream";
import { UserError } from "../../../errors";
import type { UploadInput } from "./lists";
import type { ContainerInputs } from "./properties";
import { placeOf, writablePlaces } from "./storage";

const EXECUTABLE = 0o744;
const PLAIN = 0o644;

/**
 * Writes the files into the created container, one archive per place that holds them. A container with a read-only
 * root takes files in its writable volumes only, and then only when the archive is addressed to the volume.
 */
export async function uploadFiles(container: Docker.Container, inputs: ContainerInputs): Promise<void> {
  for (const [place, uploads] of uploadPlaces(inputs)) {
    await container.putArchive(await archive(place, uploads), { path: place });
  }
}

/** The files by the directory that their archive is addressed to. */
export function uploadPlaces(inputs: ContainerInputs): Map<string, UploadInput[]> {
  const places = new Map<string, UploadInput[]>();
  const writable = writablePlaces(inputs);
  for (const upload of inputs.uploads ?? []) {
    const mount = inputs.readOnly === true ? placeOf(upload.file, writable) : "/";
    if (mount === undefined) {
      throw new UserError(
        `container "${inputs.name}": uploads of ${upload.file} cannot be written, the root file system is read-only ` +
          "and no writable volume holds that path",
        `add a volume for its directory: volumes: [{ containerPath: "${upload.file.replace(/\/[^/]*$/, "") || "/"}" }]`,
      );
    }
    places.set(mount, [...(places.get(mount) ?? []), upload]);
  }
  return places;
}

async function archive(place: string, uploads: readonly UploadInput[]): Promise<Buffer> {
  const pack = tar.pack();
  const prefix = place.endsWith("/") ? place : `${place}/`;
  for (const upload of uploads) {
    const content = upload.content ?? Buffer.from(upload.contentBase64 ?? "", "base64");
    const header = {
      name: upload.file.slice(prefix.length),
      mode: modeOf(upload),
      uid: Number(upload.owner ?? 0),
      gid: Number(upload.group ?? 0),
      mtime: new Date(),
    };
    pack.entry(header, content);
  }
  pack.finalize();
  return buffer(pack);
}

function modeOf(upload: UploadInput): number {
  if (upload.permissions !== undefined) return Number.parseInt(upload.permissions, 8);
  return upload.executable === true ? EXECUTABLE : PLAIN;
}
