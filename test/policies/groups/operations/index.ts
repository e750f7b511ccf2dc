import type { Cases } from "../../cases";
import { danglingCases } from "../network/dangling";
import { costCases } from "./cost";
import { dataCases } from "./data";
import { markCases } from "./marks";
import { sizeCases } from "./size";

export const operationsCases: readonly Cases[] = [
  ...markCases,
  ...dataCases,
  ...sizeCases,
  ...costCases,
  ...danglingCases,
];
