import type { Cases } from "../../cases";
import { doors } from "./doors";
import { placeCases } from "./places";
import { valueCases } from "./values";

export const secretsCases: readonly Cases[] = [...valueCases, ...placeCases, doors];
