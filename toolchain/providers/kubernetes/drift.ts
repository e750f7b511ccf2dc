import { sameValue } from "../base/diff";
import { isProps, type Props, type Value } from "../base/value";
import { fromServer, propsAt, withMetadata } from "./manifest";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const REVISION = "deployment.kubernetes.io/revision";

/**
 * The old inputs with what changed on the cluster. `expected` is what the server says the inputs come to (a dry run):
 * where it is what is there, nothing drifted, however differently the server spells it ("1000m" is 1, defaults).
 */
export function driftedInputs(inputs: Props, expected: Props, live: Props): Props {
  const merged = merge(inputs, revealed(fromServer(expected), inputs), revealed(fromServer(live), inputs));
  return isProps(merged) ? merged : inputs;
}

function merge(input: Value, expected: Value | undefined, actual: Value | undefined): Value | undefined {
  if (sameValue(expected, actual)) return input;
  if (isProps(input) && isProps(actual)) {
    const entries = Object.entries(input).flatMap(([key, inner]) => {
      const merged = merge(inner, isProps(expected) ? expected[key] : undefined, actual[key]);
      return merged === undefined ? [] : [[key, merged] as const];
    });
    return Object.fromEntries(entries);
  }
  if (Array.isArray(input) && Array.isArray(actual) && input.length === actual.length) {
    return input.map(
      (inner, i) => merge(inner, Array.isArray(expected) ? expected[i] : undefined, actual[i]) ?? null,
    );
  }
  return actual;
}

/** A Secret's `data` as the `stringData` that it was given as. */
function revealed(object: Props, inputs: Props): Props {
  const given = inputs["stringData"];
  if (object["kind"] !== "Secret" || !isProps(given)) return object;
  const data = propsAt(object, "data");
  const texts = Object.keys(given).flatMap((key) => {
    const encoded = data[key];
    return typeof encoded === "string" ? [[key, Buffer.from(encoded, "base64").toString()] as const] : [];
  });
  return { ...object, stringData: Object.fromEntries(texts) };
}

/** The inputs of an object that this stack has not made: all that is there, without what the server itself wrote. */
export function importedInputs(live: Props): Props {
  const { status: _, ...object } = fromServer(live);
  const annotations = { ...propsAt(live, "metadata", "annotations") };
  delete annotations[LAST_APPLIED];
  delete annotations[REVISION];
  return withMetadata(object, {
    ...{ creationTimestamp: undefined, generation: undefined, managedFields: undefined },
    ...{ resourceVersion: undefined, selfLink: undefined, uid: undefined },
    annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
  });
}
