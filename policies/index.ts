/** What Pulumi starts: one pack. Building it names the group of rules; `all` is what this project runs. */
import { PolicyPack } from "@pulumi/policy";
import { readFileSync } from "node:fs";
import { policiesOf } from "./core/adapter";
import { Exemptions, parseExemptions } from "./core/exemptions";
import { rules } from "./rules";

const group = process.env["SEMBLANCE_POLICY_GROUP"] ?? "all";
const chosen = rules.filter((rule) => group === "all" || rule.group === group);
const names = new Set(chosen.map(({ name }) => name));

/** The file that goes with the environment; without it nothing is exempt. */
const file = process.env["SEMBLANCE_POLICY_EXEMPTIONS"];
const environment = process.env["SEMBLANCE_POLICY_ENVIRONMENT"] ?? "prod";
const exemptions =
  file === undefined
    ? []
    : parseExemptions(readFileSync(file, "utf8"), new Set(rules.map(({ name }) => name)));

new PolicyPack(`semblance-${group}`, {
  enforcementLevel: "mandatory",
  policies: policiesOf(
    chosen,
    new Exemptions(
      exemptions.filter((one) => one.environment === environment && names.has(one.rule)),
      new Date().toISOString().slice(0, 10),
    ),
  ),
});
