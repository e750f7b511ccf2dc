import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Grant, rbacTable, type Role, roles } from "../../components/platforms/kubernetes/rbac-table";
import { fillSection } from "./sections";
import { table } from "./tables";

/** Who may do what on a cluster, as a table in Markdown: a line per grant, a column per role. */
export const rbacRows = (): string =>
  table([
    ["What", "Where", "Verbs", ...roles, "Why"],
    ...rbacTable.map((grant) => [
      grant.resources
        .map((resource) => `\`${resource}${grant.apiGroup === "" ? "" : `.${grant.apiGroup}`}\``)
        .join(", "),
      placeOf(grant),
      grant.verbs.join(", "),
      ...roles.map((role: Role) => (grant.roles.includes(role) ? "yes" : "")),
      grant.why,
    ]),
  ]);

function placeOf({ where }: Grant): string {
  if (where === "all") return "every namespace of the stack";
  return where === "cluster" ? "the cluster" : where.join(", ");
}

/** Where the page lies. */
export const rbacFile = join(__dirname, "..", "..", "docs", "kubernetes.md");

/** The page with the table as it is now. */
export const rbacPage = (): string =>
  fillSection(rbacFile, readFileSync(rbacFile, "utf8"), "rbac", rbacRows());

/** Whether the committed page has the table as it is now. */
export const isCurrent = (): boolean => readFileSync(rbacFile, "utf8") === rbacPage();

if (require.main === module) writeFileSync(rbacFile, rbacPage());
