import type { Args } from "../commands/args";
import type { Surroundings } from "../commands/command";
import { UserError } from "../errors";
import { type Environment, needed } from "./environment";

/** What a job of `npm run ci` works with. */
export interface JobCall extends Surroundings {
  readonly args: Args;
  readonly env: Environment;
}

/** One step of a pipeline, callable by hand and by any CI service. */
interface Job {
  readonly summary: string;
  /** The variables that it cannot do without. */
  readonly needs: readonly string[];
  run(call: JobCall): Promise<unknown>;
}

const GITHUB = ["GITHUB_TOKEN", "GITHUB_REPOSITORY"] as const;

/** Where `npm run review` writes. */
const REVIEWS = ".semblance/review";
const folderOf = ({ args }: JobCall): string => args.text("in") ?? REVIEWS;

/** An option that a job cannot do without. */
function option({ args }: JobCall, name: "stack" | "in" | "out" | "reviewed"): string {
  const value = args.text(name);
  if (value !== undefined && value !== "") return value;
  throw new UserError(`npm run ci -- ${args.argument ?? ""} needs --${name}`, "npm run ci -- --help");
}

/** Loaded when called: most runs need one of them. */
export const jobs: Readonly<Record<string, Job>> = {
  comment: {
    summary: "posts or edits one comment per stack (--in FOLDER of pages), on GitHub or GitLab",
    needs: [...GITHUB, "GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH"],
    run: async (call) => (await import("./comment")).comment(folderOf(call), call.env, call.print),
  },
  summary: {
    summary: "puts the pages (--in FOLDER) on the page of the run",
    needs: ["GITHUB_STEP_SUMMARY"],
    run: async (call) => (await import("./summary")).summary(folderOf(call), call.env, call.print),
  },
  html: {
    summary: "writes the pages (--in FOLDER) as HTML beside them",
    needs: [],
    run: async (call) => (await import("./html")).html(folderOf(call), call.print),
  },
  sarif: {
    summary: "writes the policy results of the reviews (--in FOLDER) as SARIF beside them",
    needs: [],
    run: async (call) => (await import("./sarif")).sarif(folderOf(call), call.print),
  },
  reviewed: {
    summary: "finds the run that reviewed the pull request of this commit",
    needs: [...GITHUB, "GITHUB_SHA", "GITHUB_OUTPUT"],
    run: async (call) => (await import("./reviewed")).reviewed(call.env, call.print),
  },
  same: {
    summary: "fails unless a review (--in FILE) has the changes of another (--reviewed FILE)",
    needs: [],
    run: async (call) =>
      (await import("./same")).same(option(call, "reviewed"), option(call, "in"), call.print),
  },
  drift: {
    summary: "compares a stack (--stack) with what is really there, into a file (--out FOLDER)",
    needs: [],
    run: async (call) => (await import("./drift")).drift(option(call, "stack"), option(call, "out"), call),
  },
  "drift-issue": {
    summary: "opens, updates or closes the issue of a stack (--stack, --in FOLDER)",
    needs: [...GITHUB, "GITHUB_RUN_ID"],
    run: async (call) =>
      (await import("./drift")).driftIssue(option(call, "stack"), option(call, "in"), call.env, call.print),
  },
  published: {
    summary: "writes what npm run publish has noted for a stack (--stack, --out FILE)",
    needs: [],
    run: async (call) =>
      (await import("./images")).published(option(call, "stack"), option(call, "out"), call),
  },
  index: {
    summary: "joins the images of several architectures (--in FOLDER, --out FILE)",
    needs: [],
    run: async (call) =>
      (await import("./images")).index(option(call, "in"), option(call, "out"), call.env, call.print),
  },
  digests: {
    summary: "opens a pull request that pins the images of a stack (--stack, --in FILE)",
    needs: [...GITHUB, "GITHUB_REF_NAME"],
    run: async (call) =>
      (await import("./digests")).digests(option(call, "stack"), option(call, "in"), call.env, call),
  },
  "release-notes": {
    summary: "prints what the changelog says of the tag in GITHUB_REF_NAME",
    needs: ["GITHUB_REF_NAME"],
    run: async ({ env, root, print }) =>
      (await import("./release")).releaseNotes(root, needed(env, "GITHUB_REF_NAME"), print),
  },
  release: {
    summary: "makes the release of the tag in GITHUB_REF_NAME, with those notes",
    needs: [...GITHUB, "GITHUB_REF_NAME"],
    run: async ({ env, root, print }) =>
      (await import("./release")).release(root, needed(env, "GITHUB_REF_NAME"), env, print),
  },
  site: {
    summary: "writes the documentation as a web site (--out FOLDER)",
    needs: [],
    run: async (call) => (await import("./site")).site(call.root, option(call, "out"), call.print),
  },
  lint: {
    summary: "checks the workflows by actionlint and zizmor",
    needs: [],
    run: async ({ root, progress, print }) => (await import("./lint")).lint(root, progress, print),
  },
};
