import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { z } from "zod";

const container = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]);

/**
 * Sets what lies at a path, or takes it away where no value is given: `spec.template.spec.containers[postgres].image`. In
 * brackets is a key with dots, or of a list: the place of an element, one of its names, or + for one more.
 * @throws when a list has no such element
 */
export function put(root: object, path: string, value: JavaScriptValue | undefined): void {
  const [here, last] = holderOf(root, path);
  if (value !== undefined) Reflect.set(here, last, value);
  else if (Array.isArray(here)) here.splice(Number(last), 1);
  else Reflect.deleteProperty(here, last);
}

/** Replaces a part of the text at a path. @throws when it is not in there */
export function edit(root: object, path: string, [from, to]: readonly [from: string, to: string]): void {
  const [here, last] = holderOf(root, path);
  const text: unknown = Reflect.get(here, last);
  if (typeof text !== "string" || !text.includes(from))
    throw new Error(`${path}: no text with ${from} in it`);
  Reflect.set(
    here,
    last,
    text.replace(from, () => to),
  );
}

/** What a path leads to: the object or list that holds it, and its key there. What is missing on the way is made. */
function holderOf(root: object, path: string): [object, string] {
  const steps = [...path.matchAll(/\[([^\]]+)\]|([^.[\]]+)/g)].map(([, name, key]) => name ?? key ?? "");
  let here = root;
  for (const [index, step] of steps.slice(0, -1).entries()) {
    const key = keyIn(here, step, path);
    const missing = !container.safeParse(Reflect.get(here, key)).success;
    if (missing) Reflect.set(here, key, steps[index + 1] === "+" ? [] : {});
    here = Object(Reflect.get(here, key));
  }
  return [here, keyIn(here, steps.at(-1) ?? "", path)];
}

/** By which lists of Docker, of Kubernetes and of AWS call their elements. */
const NAMES = ["name", "file", "label", "containerPath", "mountPath", "key", "external", "cidr"];

function keyIn(here: object, step: string, path: string): string {
  if (!Array.isArray(here)) return step;
  const list: readonly unknown[] = here;
  if (step === "+") return String(list.length);
  const named = list.findIndex((one) => isCalled(one, step));
  const index = named === -1 ? Number(step) : named;
  if (!(index < list.length)) throw new Error(`${path}: the list has no ${step}`);
  return String(index);
}

/** An object by one of its names, a text by itself, a variable NAME=value by its name. */
function isCalled(one: unknown, name: string): boolean {
  if (typeof one === "string") return one === name || one.startsWith(`${name}=`);
  return NAMES.some((key) => String(Reflect.get(Object(one), key)) === name);
}
