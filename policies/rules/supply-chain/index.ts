import type { Rule } from "../../core/rule";
import { buildInputs } from "./builds";
import { chartPinned } from "./charts";
import { deadImages } from "./dead-images";
import { allowedRegistries, ecrClosed, imageDigest, noMovingTag, pullPolicy } from "./pinned";
import { supportedVersions } from "./versions";

/** What runs is what was chosen, by somebody known, and still gets patches. */
export const supplyChainRules: readonly Rule[] = [
  imageDigest,
  noMovingTag,
  allowedRegistries,
  pullPolicy,
  ecrClosed,
  buildInputs,
  chartPinned,
  supportedVersions,
  deadImages,
];
