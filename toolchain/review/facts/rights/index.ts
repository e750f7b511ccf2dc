import { covers } from "../../../../policies/models/iam";
import { difference, sortedBy } from "../difference";
import type { View } from "../view";
import { eksRights } from "./eks";
import { iamRights } from "./iam";
import { kubernetesRights } from "./kubernetes";
import { isWide, keyOf, type Right, type Rights, together } from "./model";
import { platformRights } from "./platform";

export { isWide, type Right, type System, systems } from "./model";

/** How the effective rights of a stack change. */
export interface RightsChange {
  /** What somebody may do that nothing allowed before. */
  readonly gained: readonly Right[];
  /** What nothing allows any more. */
  readonly lost: readonly Right[];
  /** Denials that are new: what they name is refused, whatever else allows it. */
  readonly denied: readonly Right[];
  /** Denials that are gone. */
  readonly undenied: readonly Right[];
  /** What cannot be read on the new side and could be before, or was not there: the reader has to look for himself. */
  readonly unread: readonly string[];
}

/** All rights of one side. */
export const rightsOf = (view: View): Rights =>
  together([kubernetesRights(view), iamRights(view), eksRights(view), platformRights(view)]);

/** What is effectively gained and lost: a right that a wider one gives as well is neither. */
export function rightsChange(before: Rights, after: Rights): RightsChange {
  const given = difference(before.given, after.given, keyOf);
  const denied = difference(before.denied, after.denied, keyOf);
  const [old, next] = [byWho(before.given), byWho(after.given)];
  return {
    gained: sorted(given.gained.filter((right) => !isGiven(right, old))),
    lost: sorted(given.lost.filter((right) => !isGiven(right, next))),
    denied: sorted(denied.gained),
    undenied: sorted(denied.lost),
    unread: difference(before.unread, after.unread, (one) => one).gained,
  };
}

const sorted = (rights: readonly Right[]): Right[] => sortedBy(rights, keyOf);

const holder = ({ system, who }: Right): string => `${system}\u0000${who}`;

/** Where the right holds everywhere, it holds in each namespace. */
const reachOf = ({ on }: Right): string => on.replace(/ in the whole cluster$/, " in *");

/** Rights that give others too, by who has them. */
function byWho(rights: readonly Right[]): ReadonlyMap<string, readonly Right[]> {
  const map = new Map<string, Right[]>();
  for (const right of rights.filter((one) => isWide(one) || reachOf(one) !== one.on)) {
    const list = map.get(holder(right)) ?? [];
    list.push(right);
    map.set(holder(right), list);
  }
  return map;
}

/** Whether a wider right of the same holder gives it, without a condition or under the same one. */
const isGiven = (right: Right, wide: ReadonlyMap<string, readonly Right[]>): boolean =>
  (wide.get(holder(right)) ?? []).some(
    (one) =>
      keyOf(one) !== keyOf(right) &&
      covers(one.may, right.may) &&
      covers(reachOf(one), right.on) &&
      (one.when === "" || one.when === right.when),
  );
