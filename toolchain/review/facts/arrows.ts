import type { Preview, Properties } from "../model";
import { type Difference, difference } from "./difference";

/** Arrows of the topology that are drawn and rubbed out; undefined where a side does not know its arrows. */
export function arrowsOf({ outputs, before }: Preview): Difference<string> | undefined {
  // With nothing there before, every arrow is new.
  const old = before.length === 0 ? [] : listOf(outputs.before);
  const next = listOf(outputs.after);
  return old === undefined || next === undefined ? undefined : difference(old, next, (arrow) => arrow);
}

/** The output `arrows` of the program: states from before it was there have none. */
function listOf(outputs: Properties | undefined): readonly string[] | undefined {
  const arrows = outputs?.["arrows"];
  if (!Array.isArray(arrows)) return undefined;
  const list: readonly unknown[] = arrows;
  return list.filter((arrow) => typeof arrow === "string");
}
