import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { jobs as ciJobs } from "../../toolchain/ci/jobs";

const root = join(__dirname, "..", "..");
const folder = join(root, ".github", "workflows");

const stepSchema = z.strictObject({
  id: z.string().optional(),
  name: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  env: z.record(z.string(), z.string()).optional(),
  run: z.string().optional(),
  "continue-on-error": z.boolean().optional(),
});
const concurrencySchema = z.strictObject({
  group: z.string(),
  "cancel-in-progress": z.union([z.boolean(), z.string()]),
});
const jobSchema = z.looseObject({
  name: z.string(),
  permissions: z.record(z.string(), z.enum(["read", "write"])),
  "timeout-minutes": z.number().optional(),
  concurrency: concurrencySchema.optional(),
  uses: z.string().optional(),
  steps: z.array(stepSchema).optional(),
});
const workflowSchema = z.looseObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: z.strictObject({}),
  concurrency: concurrencySchema.optional(),
  jobs: z.record(z.string(), jobSchema),
});

const files = readdirSync(folder).sort();
const packageSchema = z.looseObject({ scripts: z.record(z.string(), z.string()) });
const { scripts } = packageSchema.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));

/** What whoever opens a pull request, or names a branch, decides: never a part of a script. */
const FOREIGN = /\$\{\{[^}]*\b(github|inputs|matrix|steps|needs|vars|env)\b/;
/** Rights beyond reading, and the jobs that need them; a new one is to be argued for here. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  "deploy-stack.yml review": ["id-token"],
  "deploy-stack.yml up": ["id-token"],
  "deploy.yml dev": ["id-token"],
  "deploy.yml prod": ["id-token"],
  "docs.yml deploy": ["id-token", "pages"],
  "drift.yml check": ["id-token"],
  "drift.yml issue": ["issues"],
  "images.yml evidence": ["attestations", "id-token", "packages", "security-events"],
  "images.yml index": ["id-token", "packages"],
  "images.yml publish": ["id-token", "packages"],
  "images.yml pull-request": ["contents", "pull-requests"],
  "release.yml release": ["contents"],
  "review-comment.yml comment": ["pull-requests"],
  "review.yml review": ["id-token"],
  "review.yml scanning": ["security-events"],
};

describe("workflows", () => {
  const pins = new Map<string, Set<string>>();

  for (const file of files) {
    const text = readFileSync(join(folder, file), "utf8");
    describe(file, () => {
      const workflow = workflowSchema.parse(load(text));
      const all = Object.entries(workflow.jobs);
      const steps = all.flatMap(([, { steps = [] }]) => steps);

      it("pins every action to a commit, with its version beside it", () => {
        const uses = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, line = ""]) => line);
        assert.equal(
          uses.length,
          steps.filter((step) => step.uses !== undefined).length +
            all.filter(([, job]) => job.uses !== undefined).length,
        );
        for (const line of uses.filter((one) => !one.startsWith("./"))) {
          const [, action, sha, version] =
            /^([\w./-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$/.exec(line) ?? assert.fail(line);
          const repository = (action ?? "").split("/").slice(0, 2).join("/");
          pins.set(repository, (pins.get(repository) ?? new Set()).add(`${sha} ${version}`));
        }
      });

      it("gives no right at the top, and to each job those that it is known to need", () => {
        for (const [name, { permissions }] of all) {
          const writes = Object.keys(permissions).filter((right) => permissions[right] === "write");
          assert.deepEqual(writes.sort(), WRITES[`${file} ${name}`] ?? [], name);
        }
      });

      it("ends a job that hangs, and does not run twice at once", () => {
        for (const [name, job] of all) {
          assert.ok(job.uses !== undefined || (job["timeout-minutes"] ?? 361) <= 180, name);
          assert.ok(workflow.concurrency !== undefined || job.concurrency !== undefined, name);
        }
      });

      it("keeps no token in the checkout, and checks out no code of a pull request where it has rights", () => {
        for (const step of steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"))) {
          assert.equal(step.with?.["persist-credentials"], false);
          assert.equal(step.with["ref"], undefined);
          assert.equal(step.with["repository"], undefined);
        }
        assert.ok(!("pull_request_target" in workflow.on));
      });

      it("puts nothing of the event into a script, and calls scripts of this project only", () => {
        for (const { run } of steps) {
          if (run === undefined) continue;
          assert.doesNotMatch(run, FOREIGN);
          const [, command = "", script = "", rest = ""] =
            /^(npm run|\.ci\/run$|cosign sign)\s?([\w:]*)(.*)$/s.exec(run.trim()) ?? assert.fail(run);
          if (command === ".ci/run") assert.ok(existsSync(join(root, ".ci", "run")));
          if (command !== "npm run") continue;
          assert.ok(script in scripts, `package.json has no script "${script}"`);
          if (script === "ci") assert.ok((/^ -- ([\w-]+)/.exec(rest)?.[1] ?? "") in ciJobs, run);
        }
      });

      it("names files that exist", () => {
        for (const [, job] of all)
          if (job.uses !== undefined) assert.ok(existsSync(join(root, job.uses)), job.uses);
        for (const [path] of text.matchAll(
          /(?<=[ `])(docs|components|toolchain|images|\.github)\/[\w./-]*\w(?![\w/*])/g,
        ))
          assert.ok(existsSync(join(root, path)), path);
      });
    });
  }

  it("use one version of each action", () => {
    for (const [action, versions] of pins)
      assert.equal(versions.size, 1, `${action}: ${[...versions].join(", ")}`);
  });

  it("have one exception from the security linter, for the event by which comments are posted", () => {
    const ignored = files.filter((file) => /zizmor: ignore/.test(readFileSync(join(folder, file), "utf8")));
    assert.deepEqual(ignored, ["review-comment.yml"]);
  });

  it("post comments under the name of the workflow that reviews", () => {
    const named = z.looseObject({
      on: z.looseObject({ workflow_run: z.looseObject({ workflows: z.array(z.string()) }) }),
    });
    const { on } = named.parse(load(readFileSync(join(folder, "review-comment.yml"), "utf8")));
    const review = workflowSchema.parse(load(readFileSync(join(folder, "review.yml"), "utf8")));
    assert.deepEqual(on.workflow_run.workflows, [review.name]);
  });

  it("have every variable and secret explained in docs/ci.md", () => {
    const guide = readFileSync(join(root, "docs", "ci.md"), "utf8");
    for (const file of files)
      for (const [, name = ""] of readFileSync(join(folder, file), "utf8").matchAll(
        /\b(?:vars|secrets)\.(\w+)/g,
      ))
        assert.ok(guide.includes(`\`${name}\``), name);
  });
});
