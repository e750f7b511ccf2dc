import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Table from "cli-table3";
import { z } from "zod";
import { groups } from "../../policies/core/rule";
import type { Environment } from "../../policies/core/exemptions";
import { rules } from "../../policies/rules";
import { UserError } from "../errors";
import { buildPack, PACK_VERSION } from "../policies/build";
import { environmentOf, readyPack } from "../policies/pack";
import { readmeOf } from "../policies/readme";
import { parseResult, type PolicyResult, sorted } from "../policies/results";
import { toSarif } from "../policies/sarif";
import { ensurePlugins } from "../pulumi/plugins";
import type { Style } from "../terminal";
import type { Args } from "./args";
import { type Command, stackOf, stackOption, type Surroundings } from "./command";
import { openStack, selectStack } from "./stack/open";
import { readSettings } from "./stack/settings";

/** `npm run policies`: what the policy packs say of a stack. */
export const policies: Command = {
  syntax: {
    name: "policies",
    summary: "Checks what up would make, or a state, against the policy packs. Changes nothing.",
    options: {
      ...stackOption,
      environment: {
        type: "string",
        choices: ["dev", "prod"],
        help: "whose levels and exemptions hold (default: dev on Docker, prod on a cluster and for a state)",
      },
      state: { type: "string", value: "FILE", help: "check a state that `pulumi stack export` wrote" },
      json: { type: "boolean", help: "print the results as JSON" },
      sarif: { type: "boolean", help: "print the results as SARIF, for code scanning" },
      rules: { type: "boolean", help: "list the rules and their options, and check nothing" },
      write: { type: "string", value: "FOLDER", help: "write the packs there, for other projects" },
    },
    examples: [
      "npm run policies -- --stack prod",
      "npm run policies -- --stack prod --sarif > policies.sarif",
    ],
  },
  run: check,
};

async function check(args: Args, surroundings: Surroundings): Promise<number> {
  const { root, print, style } = surroundings;
  if (args.flag("rules")) return list(print);
  const folder = args.text("write");
  if (folder !== undefined) return write(root, folder, print);
  const { results, resources } = await analysed(args, surroundings);
  const refused = results.filter(({ level }) => level === "mandatory").length;
  if (args.flag("json")) print(JSON.stringify(results, undefined, 2));
  else if (args.flag("sarif")) print(JSON.stringify(toSarif(results, rules, PACK_VERSION), undefined, 2));
  else {
    if (results.length > 0) print(table(results, style));
    const warned = results.length - refused;
    print(`${resources} resources, ${rules.length} rules: ${refused} violations, ${warned} warnings`);
  }
  return refused === 0 ? 0 : 1;
}

/** Runs Pulumi with the pack, and reads what the rules say. */
async function analysed(
  args: Args,
  { root, progress }: Surroundings,
): Promise<{ results: readonly PolicyResult[]; resources: number }> {
  const stack = await openStack(root, stackOf(args), progress);
  const state = args.text("state");
  const chosen = args.text("environment");
  let environment: Environment | undefined = chosen === "dev" || chosen === "prod" ? chosen : undefined;
  let resources = 0;
  if (state === undefined) {
    await selectStack(stack, root);
    const settings = await readSettings(stack.cli);
    await ensurePlugins(progress, settings.target);
    environment ??= environmentOf(settings);
  } else {
    // Of a state Pulumi tells no summary per resource.
    resources = await resourcesIn(state);
    environment ??= "prod";
  }
  const pack = await readyPack(root, environment);
  const what = state === undefined ? ["preview", "--json"] : ["policy", "analyze", "--json", "--file", state];
  const results: PolicyResult[] = [];
  const cli = stack.cli.with({ ...pack.env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" });
  const { code, stderr } = await progress.step(`Checking ${state ?? `stack ${stack.name}`}`, () =>
    cli.follow(
      [...what, ...pack.args],
      (line) => {
        if (line.includes('"policyAnalyzeSummaryEvent"')) resources += 1;
        const result = parseResult(line);
        if (result !== undefined) results.push(result);
      },
      { onStack: state === undefined },
    ),
  );
  // A violation is an answer; anything else that ends Pulumi early is not.
  if (code !== 0 && !results.some(({ level }) => level === "mandatory")) throw cli.explain(what, stderr);
  return { results: sorted(results), resources };
}

const stateSchema = z.looseObject({ deployment: z.looseObject({ resources: z.array(z.unknown()) }) });

/** How many resources a file of an exported state holds. @throws UserError when it is none */
async function resourcesIn(file: string): Promise<number> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(file, "utf8"))).deployment.resources.length;
  } catch {
    throw new UserError(`--state: ${file} is not an exported state`, `pulumi stack export --file ${file}`);
  }
}

function table(results: readonly PolicyResult[], style: Style): string {
  const rows = new Table({
    head: ["level", "rule", "resource", "what, where, why, and how to mend it"],
    colWidths: [11, 26, 30, 80],
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: { head: [], border: [] },
  });
  for (const { level, rule, urn, message } of results) {
    const [type, name] = urn.split("::").slice(-2);
    const shown = level === "mandatory" ? style.red("refused") : style.yellow("warning");
    rows.push([shown, rule, `${name ?? ""}\n${(type ?? "").split("$").at(-1) ?? ""}`, message]);
  }
  return rows.toString();
}

function list(print: (text: string) => void): number {
  for (const group of groups) {
    print(`${group}`);
    for (const rule of rules.filter((one) => one.group === group)) {
      print(`  ${rule.name.padEnd(34)} ${rule.summary}`);
      for (const [name, { description }] of Object.entries(rule.options ?? {}))
        print(`  ${"".padEnd(34)}   ${name}: ${description}`);
    }
  }
  return 0;
}

async function write(root: string, folder: string, print: (text: string) => void): Promise<number> {
  for (const group of ["all", ...groups] as const) {
    await buildPack(root, group, join(folder, group));
    await writeFile(join(folder, group, "README.md"), readmeOf(group, rules));
    print(join(folder, group));
  }
  print(
    "use: npm install in the folder, then pulumi preview --policy-pack FOLDER; README.md there says more",
  );
  return 0;
}
