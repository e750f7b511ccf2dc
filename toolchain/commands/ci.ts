import { jobs } from "../ci/jobs";
import { UserError } from "../errors";
import type { Args } from "./args";
import { type Command, stackOption, type Surroundings } from "./command";

const list = (): string =>
  Object.entries(jobs)
    .map(([name, { summary }]) => `  ${name.padEnd(14)} ${summary}`)
    .join("\n");

/** `npm run ci`: what pipelines do, as commands that any CI service can call. */
export const ci: Command = {
  syntax: {
    name: "ci",
    summary: "Runs one job of a pipeline (docs/ci.md): comments, summaries, drift, images, releases.",
    argument: { name: "JOB", help: Object.keys(jobs).join(" | "), required: true },
    options: {
      ...stackOption,
      in: { type: "string", value: "PATH", help: "file or folder that the job reads" },
      out: { type: "string", value: "PATH", help: "file or folder that the job writes" },
      reviewed: { type: "string", value: "FILE", help: "the review to compare with" },
    },
    examples: ["npm run ci -- comment --in .semblance/review", "npm run ci -- lint"],
  },
  run: runJob,
};

async function runJob(args: Args, surroundings: Surroundings): Promise<number> {
  const name = args.argument ?? "";
  const job = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
  if (job === undefined) throw new UserError(`npm run ci: found job "${name}"; allowed:\n${list()}`);
  await job.run({ ...surroundings, args, env: process.env });
  return 0;
}
