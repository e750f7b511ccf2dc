import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { levelOf, type PackConfig, parseConfig } from "../../policies/core/config";
import { Exemptions, parseExemptions } from "../../policies/core/exemptions";
import { rules } from "../../policies/rules";
import { publishedImages } from "../support/published-images";
import { root } from "../support/stack";
import { asResources, findings, type Found, mutated } from "./mutate";
import { mutations } from "./mutations";
import { record, recorded } from "./programs";

const read = (...path: string[]): string => readFileSync(join(root, "policies", ...path), "utf8");
const configOf = (stack: "dev" | "prod"): PackConfig => parseConfig(read("config", `${stack}.json`), rules);
const exemptions = parseExemptions(read("exemptions.json"), new Set(rules.map(({ name }) => name)));

/** Findings as lines, exempt ones left out. */
function open({ refused }: Pick<Found, "refused">, covers: Exemptions): string[] {
  return refused
    .filter((one) => !covers.cover(one.rule, { ...one, kind: "violation" }))
    .map(({ rule, urn, path, found }) => `${rule}: ${urn.split("::").at(-1)} ${path} ${found}`);
}

const covering = (stack: "dev" | "prod"): Exemptions =>
  new Exemptions(
    exemptions.filter(({ environment }) => environment === stack),
    "2026-11-23",
  );

/** What a team would set in `Pulumi.prod.yaml` one day. */
const choices = {
  "GPU pools of both kinds of node image": {
    aws: { nodes: { gpu: [{ name: "bottle" }, { name: "al2023", ami: "AL2023_x86_64_NVIDIA" }] } },
    ollama: { gpu: "nvidia" },
  },
  "RDS and ElastiCache": { aws: { managed: { postgres: true, redis: true } } },
  "no way out but endpoints": { aws: { network: { nat: "none", endpoints: "all" } } },
  "any cluster, with cert-manager and a Gateway": {
    target: "kubernetes",
    images: publishedImages,
    kubernetes: {
      storageClass: "encrypted",
      gateway: {
        type: "ClusterIP",
        certificate: { certManager: { issuer: "letsencrypt" } },
        gatewayApi: { name: "edge", namespace: "gateways" },
      },
    },
  },
};

const registries = configOf("prod")["sc-03-allowed-registries"];
const theirs =
  typeof registries === "object" && Array.isArray(registries["registries"]) ? registries["registries"] : [];

/** What a team with a cluster of its own says of it in `policies/config/prod.json` (docs/kubernetes.md). */
const theirOwn: PackConfig = {
  "ear-04-claims-encrypted": { enforcementLevel: "mandatory", encryptedClasses: ["encrypted"] },
  "sc-03-allowed-registries": {
    enforcementLevel: "mandatory",
    registries: [...theirs, "registry.example/semblance"],
  },
};

describe("policies: stack prod with other settings", function () {
  this.timeout(120_000);
  for (const [what, more] of Object.entries(choices))
    it(`breaks no mandatory rule with ${what}`, async () => {
      const config = { ...configOf("prod"), ...theirOwn };
      const { refused } = findings(rules, config, asResources(await record("prod", more)));
      const mandatory = refused.filter(({ rule }) => levelOf(config, rule) === "mandatory");
      assert.deepEqual(open({ refused: mandatory }, covering("prod")), []);
    });
});

for (const stack of ["dev", "prod"] as const) {
  describe(`policies: stack ${stack}, as it is`, function () {
    this.timeout(120_000);
    let found: Found;
    const covers = covering(stack);
    before(async () => {
      found = findings(rules, configOf(stack), asResources(await recorded(stack)));
    });

    it("breaks no mandatory rule", () => {
      const config = configOf(stack);
      const refused = found.refused.filter(({ rule }) => levelOf(config, rule) === "mandatory");
      assert.deepEqual(open({ refused }, covers), []);
    });

    it("needs each of its exemptions", () => {
      open(found, covers);
      assert.deepEqual(covers.faults(), []);
    });

    it("leaves no more untold before the deployment than its ceiling", () => {
      const entry = configOf(stack)["cannot-tell-ceiling"];
      const ceiling = typeof entry === "object" ? Number(entry["ceiling"]) : 0;
      assert.ok(found.unsure.length <= ceiling, JSON.stringify(found.unsure, undefined, 1));
    });
  });

  describe(`policies: a change that weakens stack ${stack} is caught by the rule for it, and by no other`, function () {
    this.timeout(120_000);
    for (const mutation of mutations.filter((one) => one.stack === stack)) {
      it(`${mutation.what}: ${mutation.caughtBy}`, async () => {
        const fixtures = await recorded(stack);
        const before = new Set((await base(stack)).refused.map(line));
        const { all, changed } = mutated(fixtures, mutation);
        const resources = asResources(all);
        const only = resources.filter((_, index) => changed.some((one) => one === all[index]));
        const { refused } = findings(rules, configOf(stack), resources, only);
        const news = refused.filter((one) => !before.has(line(one))).map(({ rule }) => rule);
        const allowed = new Set([mutation.caughtBy, ...(mutation.also ?? [])]);
        assert.ok(news.includes(mutation.caughtBy), `caught by: ${news.join(", ") || "nothing"}`);
        assert.deepEqual([...new Set(news.filter((rule) => !allowed.has(rule)))], []);
        assert.notEqual(levelOf(configOf(stack), mutation.caughtBy), "disabled");
      });
    }
  });
}

describe("policies: every rule", () => {
  it("catches a change of the real programs", () => {
    const caught = new Set(mutations.map(({ caughtBy }) => caughtBy));
    const idle = rules.map(({ name }) => name).filter((name) => !caught.has(name));
    assert.deepEqual(idle, []);
  });
});

const line = ({ rule, urn, path }: Found["refused"][number]): string => `${rule} ${urn} ${path}`;

const bases = new Map<string, Found>();
async function base(stack: "dev" | "prod"): Promise<Found> {
  const known = bases.get(stack) ?? findings(rules, configOf(stack), asResources(await recorded(stack)));
  bases.set(stack, known);
  return known;
}
