import type Docker from "dockerode";
import type { Props, ResourceType, Schema } from "../base/resource";
import { found, statusOf, wordsOf } from "./client";
import { ensureImage } from "./image";
import { setOf, TEXT_MAP } from "./infer";
import { dropUnset } from "./normal";

const PROPERTIES = {
  name: { type: "string", required: true, replaces: true },
  platform: { type: "string", replaces: true },
  pullTriggers: { ...setOf({ type: "string" } as const), replaces: true },
  triggers: { ...TEXT_MAP, replaces: true },
  keepLocally: { type: "boolean" },
  forceRemove: { type: "boolean" },
} as const satisfies Schema;

/** `docker.RemoteImage`: an image on the engine, pulled where it is missing. It builds nothing. */
export function remoteImageType(docker: () => Docker): ResourceType {
  return {
    properties: PROPERTIES,
    outputs: ["imageId", "repoDigest"],

    check: async (inputs) => ({ inputs: dropUnset(inputs, PROPERTIES), failures: [] }),

    create: async (inputs, context) => {
      const platform = typeof inputs["platform"] === "string" ? inputs["platform"] : undefined;
      const info = await ensureImage(docker(), nameOf(inputs), platform, context);
      return { id: idOf(info, nameOf(inputs)), state: stateFrom(info, inputs) };
    },

    read: async (id, olds) => {
      // The id is the image's own followed by the name under which the program knows it.
      const [, imported = id] = /^sha256:[0-9a-f]{64}(.+)$/s.exec(id) ?? [];
      const inputs = olds.inputs["name"] === undefined ? { name: imported } : olds.inputs;
      const info = await found(docker().getImage(nameOf(inputs)).inspect());
      if (info === undefined) return undefined;
      return { id: idOf(info, nameOf(inputs)), inputs, state: stateFrom(info, inputs) };
    },

    update: async (_id, _olds, news, context) =>
      stateFrom(await ensureImage(docker(), nameOf(news), undefined, context), news),

    delete: async (_id, { inputs }) => {
      if (inputs["keepLocally"] === true) return;
      try {
        await docker()
          .getImage(nameOf(inputs))
          .remove({ force: inputs["forceRemove"] === true });
      } catch (error) {
        if (statusOf(error) !== 404)
          throw new Error(`cannot remove image "${nameOf(inputs)}": ${wordsOf(error)}`);
      }
    },
  };
}

/** The digest of this repository, or the first one: an image may have come from several registries. */
export function repoDigestOf(name: string, digests: readonly string[]): string {
  const [bare = ""] = name.split("@");
  const repository = bare.replace(/:[^/:]*$/, "");
  const own = digests.find((digest) => digest.startsWith(`${repository}@`));
  return own ?? digests[0] ?? "";
}

function stateFrom(info: Docker.ImageInspectInfo, inputs: Props): Props {
  return { ...inputs, imageId: info.Id, repoDigest: repoDigestOf(nameOf(inputs), info.RepoDigests ?? []) };
}

function idOf(info: Docker.ImageInspectInfo, name: string): string {
  return `${info.Id}${name}`;
}

function nameOf(inputs: Props): string {
  return String(inputs["name"]);
}
