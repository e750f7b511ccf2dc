/**
 * The three functions of the decorator metadata proposal that @peculiar/x509's container asks for at its import.
 * It looks its own classes up, and they take nothing injected, so a table is all that is needed.
 */
const metadata = new WeakMap<object, Map<string, unknown>>();

const read = (key: string, target: object): unknown => metadata.get(target)?.get(key);

Object.assign(Reflect, {
  getMetadata: read,
  getOwnMetadata: read,
  defineMetadata: (key: string, value: unknown, target: object): void => {
    metadata.set(target, (metadata.get(target) ?? new Map<string, unknown>()).set(key, value));
  },
});
