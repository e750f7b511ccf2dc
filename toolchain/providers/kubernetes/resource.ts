import type { ResourceType } from "../base/resource";
import { checkManifest } from "./check";
import type { Connection } from "./connection";
import { diffManifest } from "./diff";
import { kindOfToken } from "./kinds";
import { annotation, ANNOTATIONS, isSecret } from "./manifest";
import { Objects } from "./objects";
import { Previews } from "./preview";
import { INPUTS } from "./state";

const DEFAULT_TIMEOUT_MS = 10 * 60_000;

/** The resource type behind a token; throws for tokens that stand for no single object. */
export function objectType(token: string, connection: () => Connection, said: Set<string>): ResourceType {
  const kind = kindOfToken(token);
  const objects = () => new Objects(connection(), kind, said);
  const previews = () => new Previews(connection(), kind, objects(), said);
  return {
    properties: "any",
    outputs: [],
    secretOutputs: isSecret(kind) ? ["data", "stringData"] : [],
    inputsOutput: INPUTS,

    check: async (inputs, olds, context) => {
      const { defaultNamespace } = connection();
      const namespaced = await connection().isNamespaced(kind);
      return checkManifest(inputs, olds, { token, kind, namespaced, defaultNamespace }, context);
    },
    diff: (olds, news) => diffManifest(kind, olds, news, connection().settings.mutable),

    timeoutMs: (inputs) => {
      const seconds = Number(annotation(inputs, ANNOTATIONS.timeoutSeconds));
      return seconds > 0 ? seconds * 1000 : DEFAULT_TIMEOUT_MS;
    },
    previewCreate: (inputs, context) => previews().create(inputs, context),
    previewUpdate: (id, olds, news, context) => previews().update(id, olds, news, context),
    create: (inputs, context) => objects().create(inputs, context),
    update: (id, olds, news, context) => objects().update(id, olds, news, context),
    read: (id, olds, context) => objects().read(id, olds, context),
    delete: (id, olds, context) => objects().delete(id, olds, context),
  };
}
