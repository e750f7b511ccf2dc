import { text } from "../../../policies/core/value";
import { containersOf } from "../../../policies/models/containers";
import { workloadTypes } from "../../../policies/models/types";
import { parseReference } from "../../../policies/rules/supply-chain/references";
import { sortedBy } from "./difference";
import type { View } from "./view";

/** A reference of an image, in its parts. */
export interface ImageRef {
  /** All but tag and digest: `docker.io/library/postgres`. */
  readonly repository: string;
  readonly tag: string;
  /** `sha256:…`, whole; empty where the reference has none. */
  readonly digest: string;
}

/** What happens to the references of one image. */
export interface ImageChange {
  /** Path of the repository, without the registry: a mirror does not make another image of it. */
  readonly image: string;
  /** References that go; none for a new image. */
  readonly before: readonly ImageRef[];
  /** References that come; none for one that is gone. */
  readonly after: readonly ImageRef[];
  /** Names of the resources that have it. */
  readonly usedBy: readonly string[];
}

const dockerImage = "docker:index/remoteImage:RemoteImage";

interface Use {
  readonly text: string;
  readonly by: string;
}

/** References as they are used. Docker's containers name images by what they contain, and beside them stands the reference. */
function usesOf(view: View): Use[] {
  const pulled = view.of(dockerImage).map(({ props, name }) => ({ text: text(props["name"]), by: name }));
  const named = view
    .of(...workloadTypes)
    .flatMap((resource) =>
      containersOf(resource).map(({ image }) => ({ text: text(image), by: resource.name })),
    );
  return [...pulled, ...named].flatMap(({ text, by }) =>
    text === undefined || /^sha256:[0-9a-f]+$/.test(text) ? [] : [{ text, by }],
  );
}

/** Takes a reference apart. */
export function parseImage(reference: string): ImageRef {
  const { name, tag = "", digest = "" } = parseReference(reference) ?? { name: reference };
  return { repository: name, tag, digest };
}

/** The path of a repository without the registry, which a parsed reference always has. */
const pathOf = (repository: string): string => repository.slice(repository.indexOf("/") + 1);

/** Images that change, come and go. */
export function imagesOf(before: View, after: View): ImageChange[] {
  const [old, next] = [usesOf(before), usesOf(after)];
  const [oldTexts, nextTexts] = [new Set(old.map((use) => use.text)), new Set(next.map((use) => use.text))];
  const gone = old.filter((use) => !nextTexts.has(use.text));
  const come = next.filter((use) => !oldTexts.has(use.text));
  const imageOf = (use: Use): string => pathOf(parseImage(use.text).repository);
  const names = [...new Set([...gone, ...come].map(imageOf))].sort();
  const refs = (uses: readonly Use[]): ImageRef[] =>
    [...new Set(uses.map((use) => use.text))].sort().map(parseImage);
  return sortedBy(
    names.map((image) => {
      const [of, to] = [gone, come].map((uses) => uses.filter((use) => imageOf(use) === image));
      return {
        image,
        before: refs(of ?? []),
        after: refs(to ?? []),
        usedBy: [...new Set([...(of ?? []), ...(to ?? [])].map(({ by }) => by))].sort(),
      };
    }),
    ({ image }) => image,
  );
}
