import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rules } from "../../policies/rules";
import { root } from "../support/stack";
import siblings from "./siblings.json";

const PROVIDERS = ["aws", "kubernetes", "docker"];

/** Every type token of a provider's SDK, as its own code spells it. */
function tokensOf(provider: string): Set<string> {
  const folder = join(root, "node_modules", "@pulumi", provider);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".js"),
  );
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8"));
  return new Set(texts.flatMap((text) => /__pulumiType = '([^']+)'/.exec(text)?.[1] ?? []));
}

/** Custom resources that rules look at. */
const CUSTOM: readonly string[] = ["kubernetes:cert-manager.io/v1:Certificate"];

/** What two tokens of one thing have in common: the provider, its module without a version, the kind without Patch and V2. */
function family(token: string): string {
  const [provider = "", module = "", kind = ""] = token.split(":");
  const bare = kind.replace(/(Patch|V2)$/, "");
  const group =
    provider === "kubernetes"
      ? ""
      : (module.split("/")[0] ?? "").replace(
          /^(alb|lb|elasticloadbalancingv2|applicationloadbalancing)$/,
          "lb",
        );
  return `${provider}:${group}:${bare}`;
}

describe("policies: the types that rules look at", function () {
  this.timeout(60_000);
  const known = new Set<string>();
  /** Siblings that a rule leaves out, and why. */
  const others: Readonly<Record<string, string>> = siblings.others;
  before(() => {
    for (const provider of PROVIDERS) for (const token of tokensOf(provider)) known.add(token);
    assert.ok(known.size > 2000, `only ${known.size} tokens were read`);
  });

  it("exist in the SDKs, or once existed and may lie in a state still", () => {
    const gone = new Set<string>(siblings.gone);
    // The core group was written without its name once.
    const older = (type: string): boolean =>
      known.has(type.replace(/^kubernetes:v1:/, "kubernetes:core/v1:"));
    const own = rules
      .flatMap(({ types }) => types)
      .filter((type) => PROVIDERS.includes(type.split(":")[0] ?? ""))
      // Kinds of a CustomResourceDefinition are in no SDK.
      .filter((type) => !CUSTOM.includes(type));
    assert.deepEqual(
      [...new Set(own)].filter((type) => !known.has(type) && !older(type) && !gone.has(type)).sort(),
      [],
    );
    assert.deepEqual(
      siblings.gone.filter((type) => known.has(type)),
      [],
      "are in the SDK after all",
    );
  });

  it("come with all their siblings: patches, second versions, other modules", () => {
    const families = new Map<string, string[]>();
    for (const token of known) families.set(family(token), [...(families.get(family(token)) ?? []), token]);
    const missed = rules.flatMap((rule) => {
      const types = new Set(rule.types);
      return rule.types
        .flatMap((type) => families.get(family(type)) ?? [])
        .filter((type) => !types.has(type) && others[`${rule.name} ${type}`] === undefined)
        .map((type) => `${rule.name} misses ${type}`);
    });
    assert.deepEqual([...new Set(missed)].sort(), []);
  });

  it("come with what declares the same thing elsewhere", () => {
    const missed = rules.flatMap((rule) =>
      siblings.families
        .filter((list) => list.some((type) => rule.types.includes(type)))
        .flatMap((list) => list.filter((type) => !rule.types.includes(type)))
        .filter((type) => others[`${rule.name} ${type}`] === undefined)
        .map((type) => `${rule.name} misses ${type}`),
    );
    assert.deepEqual([...new Set(missed)].sort(), []);
  });

  it("are left out for a reason that still holds", () => {
    const idle = Object.keys(others).filter((key) => {
      const [name, type = ""] = key.split(" ");
      const rule = rules.find((one) => one.name === name);
      return rule === undefined || rule.types.includes(type) || !known.has(type);
    });
    assert.deepEqual(idle, []);
  });
});
