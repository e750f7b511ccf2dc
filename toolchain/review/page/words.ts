import type { Change, Operation, Preview, Resource } from "../model";
import { code, prose } from "./text";

/** What a type is called in a sentence: `StatefulSet`, `docker Volume`, `aws s3 Bucket`. */
export function kindOf(type: string): string {
  const [provider = "", module = "", name = ""] = type.split(":");
  if (name === "") return type;
  const area = module.split("/")[0] ?? "";
  if (provider === "kubernetes") return name;
  return [provider, ...(["", "index"].includes(area) ? [] : [area]), name].join(" ");
}

/** A resource as a sentence names it. */
export const named = ({ name, type }: Pick<Resource, "name" | "type">): string =>
  `${code(name)} (${prose(kindOf(type))})`;

/** The last part of a URN, and the type before it. */
export function fromUrn(urn: string): Pick<Resource, "name" | "type"> {
  const [types = "", name = urn] = urn.split("::").slice(-2);
  return { name, type: types.split("$").at(-1) ?? "" };
}

/** Worst first. */
const WORST: readonly Operation[] = ["delete", "replace", "update", "create"];

/** `1 to delete, 2 to update`; empty where nothing changes. */
export const counted = (changes: readonly Change[]): string =>
  WORST.flatMap((operation) => {
    const number = changes.filter((change) => change.operation === operation).length;
    return number === 0 ? [] : [`${number.toLocaleString("en-US")} to ${operation}`];
  }).join(", ");

/** How many changes of each operation there are. */
export const countsOf = (changes: readonly Change[]): Readonly<Record<Operation, number>> => {
  const of = (operation: Operation): number => changes.filter((one) => one.operation === operation).length;
  return { create: of("create"), update: of("update"), replace: of("replace"), delete: of("delete") };
};

/** What the preview is compared with. */
export function againstText({ against }: Preview): string {
  if (against === "state") return "the deployed state";
  const { ref, commit } = against;
  const short = code(commit.slice(0, 7));
  return commit.startsWith(ref) ? short : `${code(ref)} (${short})`;
}
