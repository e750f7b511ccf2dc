import assert from "node:assert/strict";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { rules } from "../../policies/rules";
import { seeded } from "../support/random";
import { CANARY } from "./cases";
import { allCases } from "./groups";
import { Analyzer, type Fixture, UNKNOWN } from "./rpc";

const INPUTS = 10_000;

/** What a property may be by mistake. */
const ODD: readonly JavaScriptValue[] = [
  null,
  "",
  CANARY,
  `{"Statement":"${CANARY}"}`,
  "{",
  UNKNOWN,
  0,
  -1,
  1e308,
  true,
  false,
  [],
  {},
  [null],
  [[]],
  [UNKNOWN, CANARY],
  { "": CANARY },
  { length: 3 },
  { constructor: CANARY },
  [{ name: UNKNOWN, value: CANARY }],
  "true",
  "://",
  "*",
  "a".repeat(2000),
];

const isObject = (value: JavaScriptValue): value is Fixture["props"] =>
  typeof value === "object" && value !== null && !Array.isArray(value);

describe("policies: odd inputs", function () {
  this.timeout(600_000);
  const seed = Number(process.env["SEMBLANCE_SEED"] ?? Date.now() % 1_000_000);
  const below = seeded(seed);
  const next = (): number => below(1_000_000) / 1_000_000;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;

  /** The value with a few of its parts, anywhere in it, replaced or taken away. */
  function bent(value: JavaScriptValue, chance: number): JavaScriptValue {
    if (next() < chance) return pick(ODD);
    if (Array.isArray(value)) return value.map((inner) => bent(inner, chance));
    return isObject(value) ? bentObject(value, chance) : value;
  }

  const bentObject = (value: Fixture["props"], chance: number): Fixture["props"] =>
    Object.fromEntries(
      Object.entries(value)
        .filter(() => next() >= chance / 2)
        // A path in a message may hold the name of a container; nothing else of a value.
        .map(([key, inner]) => [key, key === "name" ? inner : bent(inner, chance)]),
    );

  const listed = (of: Fixture | readonly Fixture[]): readonly Fixture[] =>
    Array.isArray(of) ? of : [of as Fixture];
  const seeds = allCases.flatMap((one) => [one.good, one.bad, one.unknown, one.sibling].flatMap(listed));

  it(`${INPUTS} of them: no rule throws, and none repeats a value (SEMBLANCE_SEED=${seed})`, async () => {
    const types = [...new Set(rules.flatMap((rule) => rule.types))];
    for (let done = 0; done < INPUTS; done += 4) {
      const group = Array.from({ length: 4 }, (_, index): Fixture => {
        const { type, props } = pick(seeds);
        return { type: next() < 0.2 ? pick(types) : type, name: `r${index}`, props: bentObject(props, 0.15) };
      });
      const looking = rules.filter((rule) => group.some(({ type }) => rule.types.includes(type)));
      const found = await new Analyzer(looking).all(group);
      const failed = found.filter(({ policy }) => policy.startsWith("rules-run"));
      assert.deepEqual(failed, [], JSON.stringify(group));
      assert.ok(!JSON.stringify(found).includes(CANARY), JSON.stringify(group));
    }
  });
});
