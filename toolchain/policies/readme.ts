import type { Group, Rule } from "../../policies/core/rule";

/** What lies beside a pack that is written for other projects: how to use it, and what it says. */
export function readmeOf(group: Group | "all", rules: readonly Rule[]): string {
  const listed = rules.filter((rule) => group === "all" || rule.group === group);
  const levels = Object.fromEntries(listed.slice(0, 2).map(({ name }) => [name, "advisory"]));
  return [
    `# Policy pack semblance-${group}`,
    `${listed.length} rules for Pulumi programs in any language. Install what the pack needs, and name its folder at a preview:`,
    "```bash\nnpm install --prefix FOLDER\npulumi preview --policy-pack FOLDER --policy-pack-config levels.json\n```",
    "Without a configuration every rule is mandatory. One that lets two rules warn:",
    `\`\`\`json\n${JSON.stringify(levels, undefined, 2)}\n\`\`\``,
    "`SEMBLANCE_POLICY_EXEMPTIONS` names a file of exemptions, a list of `{ rule, resource, environment, reason, expires }`; `SEMBLANCE_POLICY_ENVIRONMENT` (`dev` or `prod`, the default) chooses among them.",
    "| Rule | What holds | Severity | Options |\n| --- | --- | --- | --- |",
  ]
    .join("\n\n")
    .concat(
      "\n",
      listed
        .map(({ name, summary, severity, options = {} }) => {
          const settings = Object.keys(options).map((one) => `\`${one}\``);
          return `| ${name} | ${summary} | ${severity} | ${settings.join(", ")} |\n`;
        })
        .join(""),
    );
}
