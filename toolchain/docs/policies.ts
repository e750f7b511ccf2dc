import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { levelOf, type PackConfig, parseConfig } from "../../policies/core/config";
import { type Exemption, parseExemptions } from "../../policies/core/exemptions";
import { type Group, groups, type Rule } from "../../policies/core/rule";
import { rules } from "../../policies/rules";
import { fillSection } from "./sections";
import { table } from "./tables";

const root = join(__dirname, "..", "..");
const read = (...path: string[]): string => readFileSync(join(root, "policies", ...path), "utf8");
const folder = join(root, "docs", "policies");
const overviewFile = join(root, "docs", "policies.md");

const UNKNOWN = {
  present: "counts as given: it refers to something that the same deployment makes",
  "cannot tell": "a warning, which is counted and has a ceiling",
  violation: "refused: it must be known before the deployment",
} as const;

/** The page of one rule. */
function page(rule: Rule, configs: Readonly<Record<"dev" | "prod", PackConfig>>): string {
  const options = Object.entries(rule.options ?? {});
  const code = (text: string): string => `\`\`\`ts\n${text.trim()}\n\`\`\`\n`;
  return `${[
    `<!-- written by npx tsx toolchain/docs/policies.ts -->\n\n# ${rule.name}\n`,
    `${rule.summary}\n`,
    `**Why.** ${rule.why}\n`,
    `**How to mend it.** ${rule.fix}\n`,
    table([
      ["Pack", "Severity", "dev", "prod", "Looks at", "A value that is not known yet"],
      [
        rule.group,
        rule.severity,
        levelOf(configs.dev, rule.name),
        levelOf(configs.prod, rule.name),
        rule.kind === "stack" ? "all resources together" : "each resource",
        UNKNOWN[rule.unknown],
      ],
    ]),
    `\nThe same rule elsewhere: ${rule.maps.join(", ") || "nowhere"}.\n`,
    `## Refused\n\n${code(rule.bad)}`,
    `## Fine\n\n${code(rule.good)}`,
    ...(options.length === 0
      ? []
      : [
          `## Options\n`,
          `${table([["Option", "What it says", "Default"], ...options.map(([name, option]) => [`\`${name}\``, option.description, `\`${JSON.stringify(option.default)}\``])])}\n`,
        ]),
    `## An exemption\n`,
    `In \`policies/exemptions.json\`, under review, until a day:\n`,
    `\`\`\`json\n${JSON.stringify({ rule: rule.name, resource: "NAME", environment: "prod", reason: "why it does not apply here, and what protects instead", expires: "2027-01-31" })}\n\`\`\``,
    `\n## Types\n\n${rule.types.map((type) => `\`${type}\``).join(", ")}`,
  ].join("\n")}\n`;
}

const TITLES: Readonly<Record<Group, string>> = {
  encryption: "Encryption, at rest and in transit",
  access: "RBAC and IAM",
  network: "Network",
  workloads: "Workloads",
  secrets: "Secrets",
  "supply-chain": "Supply chain",
  operations: "Operations",
  gpu: "GPU",
};

function overview(configs: Readonly<Record<"dev" | "prod", PackConfig>>): string {
  return groups
    .map((group) => {
      const own = rules.filter((rule) => rule.group === group);
      const rows = own.map((rule) => [
        `[${rule.name}](policies/${rule.name}.md)`,
        rule.summary,
        rule.severity,
        levelOf(configs.dev, rule.name),
        levelOf(configs.prod, rule.name),
      ]);
      return `### ${TITLES[group]}: ${own.length} rules\n\n${table([["Rule", "What holds", "Severity", "dev", "prod"], ...rows])}`;
    })
    .join("\n\n");
}

const exemptionTable = (list: readonly Exemption[]): string =>
  list.length === 0
    ? "There are none."
    : table([
        ["Rule", "Resource", "Environment", "Reason", "Until"],
        ...list.map((one) => [one.rule, `\`${one.resource}\``, one.environment, one.reason, one.expires]),
      ]);

/** Every file of this part of the documentation, as the rules are now. */
function files(): ReadonlyMap<string, string> {
  const configs = {
    dev: parseConfig(read("config", "dev.json"), rules),
    prod: parseConfig(read("config", "prod.json"), rules),
  };
  const exemptions = parseExemptions(read("exemptions.json"), new Set(rules.map(({ name }) => name)));
  let text = readFileSync(overviewFile, "utf8");
  text = fillSection(overviewFile, text, "rules", overview(configs));
  text = fillSection(overviewFile, text, "exemptions", exemptionTable(exemptions));
  const pages = rules.map((rule): [string, string] => [join(folder, `${rule.name}.md`), page(rule, configs)]);
  return new Map([[overviewFile, text], ...pages]);
}

/** Whether the committed pages are what the rules give, and no page is of a rule that is gone. */
export function isCurrent(): boolean {
  const expected = files();
  const known = new Set([...expected.keys()]);
  return (
    [...expected].every(([file, text]) => existsSync(file) && readFileSync(file, "utf8") === text) &&
    readdirSync(folder).every((name) => known.has(join(folder, name)))
  );
}

if (require.main === module) {
  const expected = files();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of expected) writeFileSync(file, text);
}
