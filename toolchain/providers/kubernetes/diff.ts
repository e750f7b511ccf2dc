import { changedPaths } from "../base/diff";
import { covers, valueAt } from "../base/paths";
import type { Diff, Olds, Props } from "../base/resource";
import { isAutonamed } from "./check";
import { immutablePaths, type Mutability } from "./immutable";
import { type Kind, propsAt, withMetadata } from "./manifest";

/**
 * The old inputs against the new ones; a refresh has put what changed on the cluster into the old ones. What the
 * server does not let change replaces; where the name is the program's own, the old object has to go first.
 */
export function diffManifest(kind: Kind, olds: Olds, news: Props, mutable: Mutability): Diff {
  const [before, after] = comparable(olds, news);
  const frozen = before["immutable"] === true || after["immutable"] === true;
  const immutable = immutablePaths(kind, frozen, mutable);
  const replace: string[] = [];
  const update: string[] = [];
  for (const path of changedPaths(before, after)) {
    const touches = immutable.some(
      (pattern) =>
        covers(pattern, path) ||
        // A whole branch came or went, with the immutable field in it.
        (covers(path, pattern) && (isIn(before, pattern) || isIn(after, pattern))),
    );
    (touches ? replace : update).push(path);
  }
  const [old, now] = [propsAt(before, "metadata"), propsAt(after, "metadata")];
  const sameName = old["name"] === now["name"] && old["namespace"] === now["namespace"];
  return { replace, update, deleteBeforeReplace: sameName && !isAutonamed(after) };
}

function isIn(props: Props, pattern: string): boolean {
  return valueAt(props, pattern.replaceAll("[*]", "[0]")) !== undefined;
}

/** Both with the name and namespace that the object really has, where they left that to the server. */
function comparable({ inputs, state }: Olds, news: Props): [Props, Props] {
  const live = propsAt(state, "metadata");
  if (live["name"] === undefined) return [inputs, news];
  const before = withMetadata(inputs, { name: live["name"], namespace: live["namespace"] });
  const wanted = propsAt(news, "metadata")["namespace"];
  // Of a custom kind it may not have been known that it is in no namespace.
  if (live["namespace"] === undefined && news["metadata"] !== undefined)
    return [before, withMetadata(news, { namespace: undefined })];
  return [before, wanted === undefined ? withMetadata(news, { namespace: live["namespace"] }) : news];
}
