import { randomInt } from "node:crypto";
import { hash } from "bcryptjs";
import type { CheckFailure, Props, ResourceType, Schema, Value } from "../base/resource";
import { constant } from "./constant";

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = UPPER.toLowerCase();
const NUMERIC = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** Cost and longest input of the official provider's bcrypt. */
const BCRYPT_ROUNDS = 10;
const BCRYPT_BYTES = 72;

const count = { type: "number", integer: true, min: 0, default: 0, replaces: true } as const;
const allowed = { type: "boolean", default: true, replaces: true } as const;

const properties: Schema = {
  keepers: { type: "map", values: { type: "string" }, replaces: true },
  length: { type: "number", integer: true, min: 1, required: true, replaces: true },
  lower: allowed,
  upper: allowed,
  numeric: allowed,
  /** The former name of `numeric`; Check keeps the two equal. */
  number: { type: "boolean", replaces: true },
  special: allowed,
  overrideSpecial: { type: "string", replaces: true },
  minLower: count,
  minUpper: count,
  minNumeric: count,
  minSpecial: count,
};

/** RandomString, and RandomPassword, which differs in that the result is secret and hashed too. */
function randomText(secret: boolean): ResourceType {
  const withHash = async (state: Props, result: string): Promise<Props> =>
    secret ? { ...state, result, bcryptHash: await bcrypt(result) } : { ...state, result };
  return constant({
    properties,
    outputs: secret ? ["result", "bcryptHash"] : ["result"],
    secretOutputs: secret ? ["result", "bcryptHash"] : [],
    check: (inputs, olds) => Promise.resolve(checkText(inputs, olds)),
    create: async (inputs) => {
      const result = generate(inputs);
      return { id: secret ? "none" : result, state: await withHash(inputs, result) };
    },
    importId: async (id) => {
      const inputs = {
        ...{ length: id.length, lower: true, upper: true, numeric: true, number: true, special: true },
        ...{ minLower: 0, minUpper: 0, minNumeric: 0, minSpecial: 0 },
      };
      return { id: secret ? "none" : id, inputs, state: await withHash(inputs, id) };
    },
  });
}

function checkText(given: Props, olds: Props | undefined): { inputs: Props; failures: CheckFailure[] } {
  const failures: CheckFailure[] = [];
  const inputs = { ...given };
  // `numeric` has its default by now, so the deprecated name, where it is used, decides.
  if (inputs["number"] !== undefined) inputs["numeric"] = inputs["number"];
  else if (olds?.["number"] !== undefined) inputs["number"] = inputs["numeric"] ?? true;
  const length = inputs["length"];
  const least = ["minLower", "minUpper", "minNumeric", "minSpecial"].reduce(
    (sum, key) => sum + numberOf(inputs[key]),
    0,
  );
  if (typeof length === "number" && length < least) {
    failures.push({
      property: "length",
      reason: `is ${length}, less than minLower + minUpper + minNumeric + minSpecial, which is ${least}`,
    });
  }
  if (["lower", "upper", "numeric", "special"].every((key) => inputs[key] === false)) {
    failures.push({ property: "lower", reason: "lower, upper, numeric and special cannot all be false" });
  }
  return { inputs, failures };
}

function generate(inputs: Props): string {
  const override = inputs["overrideSpecial"];
  const special = typeof override === "string" && override !== "" ? override : SPECIAL;
  const alphabet = [
    inputs["upper"] === false ? "" : UPPER,
    inputs["lower"] === false ? "" : LOWER,
    inputs["numeric"] === false ? "" : NUMERIC,
    inputs["special"] === false ? "" : special,
  ].join("");
  const characters = [
    ...pick(UPPER, numberOf(inputs["minUpper"])),
    ...pick(LOWER, numberOf(inputs["minLower"])),
    ...pick(NUMERIC, numberOf(inputs["minNumeric"])),
    ...pick(special, numberOf(inputs["minSpecial"])),
  ];
  characters.push(...pick(alphabet, numberOf(inputs["length"]) - characters.length));
  return shuffle(characters).join("");
}

function pick(alphabet: string, times: number): string[] {
  return Array.from({ length: times }, () => alphabet.charAt(randomInt(alphabet.length)));
}

/** Fisher-Yates, in place. */
function shuffle(items: string[]): string[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [items[i], items[j]] = [items[j] ?? "", items[i] ?? ""];
  }
  return items;
}

function bcrypt(text: string): Promise<string> {
  return hash(Buffer.from(text).subarray(0, BCRYPT_BYTES).toString(), BCRYPT_ROUNDS);
}

function numberOf(value: Value | undefined): number {
  return typeof value === "number" ? value : 0;
}

export const randomPassword = randomText(true);
export const randomString = randomText(false);
