import type { Preview } from "../model";
import { arrowsOf } from "./arrows";
import { type CostChange, costOf } from "./cost";
import { type Difference, difference, sortedBy } from "./difference";
import { type Exposure, exposureOf } from "./exposure";
import { type ImageChange, imagesOf } from "./images";
import { type RightsChange, rightsChange, rightsOf } from "./rights";
import { viewOf } from "./view";

export type { CostChange, Monthly } from "./cost";
export { type Difference, isSame } from "./difference";
export type { Exposure } from "./exposure";
export type { ImageChange, ImageRef } from "./images";
export { isWide, type Right, type RightsChange, type System } from "./rights";

/** What a preview means for those who run and use a stack, computed from both sides of it. */
export interface Facts {
  /** Arrows of the topology; undefined where a side does not know them. */
  readonly arrows: Difference<string> | undefined;
  /** What can be reached from outside. */
  readonly exposure: Difference<Exposure>;
  /** Who may do what. */
  readonly rights: RightsChange;
  readonly images: readonly ImageChange[];
  /** Undefined where nothing is rented from AWS. */
  readonly cost: CostChange | undefined;
}

/** The facts of a preview. Nothing is asked of anybody: all of it is in the preview. */
export function factsOf(preview: Preview): Facts {
  const [before, after] = [viewOf(preview.before), viewOf(preview.after)];
  const keyOf = ({ platform, what, from }: Exposure): string => `${platform} ${what} ${from}`;
  const exposure = difference(exposureOf(before), exposureOf(after), keyOf);
  return {
    arrows: arrowsOf(preview),
    exposure: { gained: sortedBy(exposure.gained, keyOf), lost: sortedBy(exposure.lost, keyOf) },
    rights: rightsChange(rightsOf(before), rightsOf(after)),
    images: imagesOf(before, after),
    cost: costOf(before, after),
  };
}
