import assert from "node:assert/strict";
import { noteTypes } from "../../policies/core/applicable";
import { rules } from "../../policies/rules";
import { allCases } from "./groups";
import { Analyzer, type Diagnostic, type Fixture } from "./rpc";

const isList = (of: Fixture | readonly Fixture[]): of is readonly Fixture[] => Array.isArray(of);

/** What every rule refuses, each under a name of its own. */
const bad = allCases.flatMap(({ rule, bad: of }) =>
  (isList(of) ? of : [of]).map((fixture) => ({ ...fixture, name: `${rule}-${fixture.name ?? "it"}` })),
);

/** What rules find. What watches over them counts over all requests, and here one is made twice. */
const lines = (found: readonly Diagnostic[]): string[] =>
  found
    .filter(({ policy }) => rules.some(({ name }) => name === policy))
    .map(({ policy, urn, message }) => `${policy} ${urn} ${message}`)
    .sort();

describe("policies: the SDK starts the rules that a resource is for", () => {
  it("and no other", async () => {
    const type = "aws:ebs/volume:Volume";
    const analyzer = new Analyzer(rules);
    const skipped = await analyzer.skipped({ type, props: { encrypted: true } });
    const others = rules.filter((rule) => rule.kind === "resource" && !rule.types.includes(type));
    assert.deepEqual([...skipped].sort(), others.map(({ name }) => name).sort());
  });

  it("and each finds what it finds alone, when requests of all kinds overlap", async () => {
    const one = new Analyzer(rules);
    const inTurn: Diagnostic[] = [];
    for (const fixture of bad) inTurn.push(...(await one.resource(fixture)));
    inTurn.push(...(await one.stack(bad)));
    const other = new Analyzer(rules);
    const docker = bad.filter(({ type }) => type.startsWith("docker:"));
    const [, ...together] = await Promise.all([
      other.stack(docker),
      ...bad.map((fixture) => other.resource(fixture)),
    ]);
    assert.ok(inTurn.length > rules.length);
    assert.deepEqual(lines([...together.flat(), ...(await other.stack(bad))]), lines(inTurn));
  });

  it("and the stack is judged anew, whatever was noted before it", async () => {
    const first = rules.find(({ kind }) => kind === "stack");
    const of = allCases.find(({ rule }) => rule === first?.name)?.sibling ?? [];
    const siblings = isList(of) ? of : [of];
    assert.ok(
      !siblings.some(({ type }) => type === first?.types[0]),
      "the SDK would find that one by itself",
    );
    noteTypes(["none:index:None"]);
    const found = await new Analyzer(rules).stack(siblings);
    assert.ok(found.some(({ policy }) => policy === first?.name));
  });
});
