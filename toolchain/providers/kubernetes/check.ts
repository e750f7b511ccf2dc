import { createHash } from "node:crypto";
import type { CheckContext, CheckFailure, Props } from "../base/resource";
import { isProps, UNKNOWN } from "../base/value";
import { refusalOf } from "./kinds";
import { annotation, ANNOTATIONS, isAnnotated, type Kind, propsAt, textAt, withMetadata } from "./manifest";

/** What the server writes into metadata; an input that repeats it is no wish. */
const SERVERS_OWN = [
  ...["creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation", "managedFields"],
  ...["resourceVersion", "selfLink", "uid"],
];

/** What Check needs to know besides the inputs. */
export interface Surroundings {
  readonly token: string;
  readonly kind: Kind;
  readonly namespaced: boolean;
  readonly defaultNamespace: string;
}

/** Names the object, puts it into its namespace, and refuses what this provider cannot do. */
export function checkManifest(
  given: Props,
  olds: Props | undefined,
  { token, kind, namespaced, defaultNamespace }: Surroundings,
  context: CheckContext,
): { inputs: Props; failures: CheckFailure[] } {
  const refusal = refusalOf(token, given);
  if (refusal !== undefined) return { inputs: given, failures: [{ property: "kind", reason: refusal }] };
  let inputs: Props = { ...kind, ...given };
  // Metadata that is not known yet may hold a name; it is looked at again when it is known.
  if (inputs["metadata"] === UNKNOWN) return { inputs, failures: [] };
  inputs = withMetadata(inputs, Object.fromEntries(SERVERS_OWN.map((key) => [key, undefined])));
  inputs = withName(inputs, olds, context);
  const namespace = propsAt(inputs, "metadata")["namespace"];
  if (!namespaced) inputs = withMetadata(inputs, { namespace: undefined });
  else if (namespace === undefined || namespace === "")
    inputs = withMetadata(inputs, { namespace: defaultNamespace });
  return { inputs, failures: failuresOf(inputs) };
}

function failuresOf(inputs: Props): CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (propsAt(inputs, "metadata")["generateName"] !== undefined) {
    failures.push({
      property: "metadata.generateName",
      reason: "server-side apply needs a name: leave both out, and one is generated, or set metadata.name",
    });
  }
  for (const name of [ANNOTATIONS.waitFor, ANNOTATIONS.replaceUnready]) {
    if (annotation(inputs, name) === undefined) continue;
    failures.push({
      property: `metadata.annotations["${name}"]`,
      reason:
        "is not implemented by this project's kubernetes provider for closed networks: " +
        "remove it, or use the official plugin (SEMBLANCE_PLUGINS=official)",
    });
  }
  return failures;
}

/** The program's name, or the one from before, or a new one: `<resource>-<8 hex>`, marked as such. */
function withName(inputs: Props, olds: Props | undefined, { name, randomSeed }: CheckContext): Props {
  const metadata = propsAt(inputs, "metadata");
  if (metadata["name"] !== undefined || metadata["generateName"] !== undefined) return inputs;
  const annotations = metadata["annotations"];
  // Annotations that are unknown as a whole cannot be added to, and are then replaced by the known ones.
  const marked = annotations === undefined || isProps(annotations) ? { ...annotations } : undefined;
  const old = olds && isAutonamed(olds) ? textAt(olds, "metadata", "name") : undefined;
  const suffix = createHash("sha256").update(randomSeed).update(name).digest("hex").slice(0, 8);
  return withMetadata(inputs, {
    name: old ?? `${name}-${suffix}`,
    annotations: marked ? { ...marked, [ANNOTATIONS.autonamed]: "true" } : annotations,
  });
}

/** True where the name was generated: a replacement then gets another, and can be made before the old one goes. */
export function isAutonamed(inputs: Props): boolean {
  return isAnnotated(inputs, ANNOTATIONS.autonamed);
}
