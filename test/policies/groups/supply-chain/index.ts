import type { Cases } from "../../cases";
import { imageCases } from "./images";
import { sourceCases } from "./sources";

export const supplyChainCases: readonly Cases[] = [...imageCases, ...sourceCases];
