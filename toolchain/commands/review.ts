import { mkdir, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { ConfigError } from "../../components/core/errors";
import { UserError } from "../errors";
import { environmentOf, readyPack } from "../policies/pack";
import { ensurePlugins } from "../pulumi/plugins";
import { readAcknowledgements, today } from "../review/acknowledgements";
import { previewAgainst } from "../review/base";
import { buildPreview } from "../review/events";
import { previewState } from "../review/events-run";
import { factsOf } from "../review/facts";
import { judge, type Verdict } from "../review/guard";
import type { Preview } from "../review/model";
import { page, report } from "../review/page";
import type { Args } from "./args";
import { type Command, stackOf, stackOption, type Surroundings } from "./command";
import { openSelected } from "./stack/open";
import { readSettings } from "./stack/settings";

/** `npm run review`: a page on what a change does to a stack, for whoever has to approve it. */
export const review: Command = {
  syntax: {
    name: "review",
    summary:
      "Writes a page for reviewers: what up would change, what happens to data, what the policies say.",
    options: {
      ...stackOption,
      base: {
        type: "string",
        value: "REF",
        help: "compare with this commit, and not with what is deployed; needs no credentials",
      },
      out: { type: "string", value: "FOLDER", help: "where the files go (default: .semblance/review)" },
      json: { type: "boolean", help: "print the review as JSON, and not as Markdown" },
    },
    examples: ["npm run review -- --stack prod --base origin/main", "npm run review -- --json"],
  },
  run: write,
};

async function write(args: Args, surroundings: Surroundings): Promise<number> {
  const { root, print, progress } = surroundings;
  const stack = stackOf(args);
  const ref = args.text("base");
  const preview = await (ref === undefined
    ? previewDeployed(stack, surroundings)
    : previewAgainst(root, stack, ref, progress));
  const verdict = await verdictOf(root, preview);
  const facts = factsOf(preview);
  const [markdown, data] = [page(preview, facts, verdict), report(preview, facts, verdict)];
  const folder = resolve(root, args.text("out") ?? join(".semblance", "review"));
  const file = join(folder, `review-${stack}`);
  const json = JSON.stringify(data, undefined, 2);
  await mkdir(folder, { recursive: true });
  await Promise.all([writeFile(`${file}.md`, markdown), writeFile(`${file}.json`, `${json}\n`)]);
  print(args.flag("json") ? json : markdown);
  progress.note(`Written: ${relative(root, file)}.md and .json`);
  return data.passes ? 0 : 1;
}

/** What `up` would change in what is deployed. Settings that are wrong are a finding, too. */
async function previewDeployed(name: string, { root, progress }: Surroundings): Promise<Preview> {
  const stack = await openSelected(root, name, progress);
  try {
    const settings = await readSettings(stack.cli);
    await ensurePlugins(progress, settings.target);
    const pack = await readyPack(root, environmentOf(settings));
    return await progress.step(`What changes in ${name}`, () => previewState(stack.cli, { policies: pack }));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const nothing = buildPreview([], { stack: name, against: "state", seconds: 0 });
    return { ...nothing, messages: [{ severity: "error", text: error.message }] };
  }
}

/** What the guard says. A file that cannot be read acknowledges nothing, and the page says what is wrong with it. */
async function verdictOf(root: string, preview: Preview): Promise<Verdict> {
  try {
    return judge(preview, await readAcknowledgements(root), today());
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...judge(preview, [], today()), faults: [error.message] };
  }
}
