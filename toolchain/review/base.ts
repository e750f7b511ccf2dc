import { existsSync, rmSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../components/core/errors";
import { readSettings } from "../commands/stack/settings";
import { UserError } from "../errors";
import { environmentOf, type ReadyPack, readyPack } from "../policies/pack";
import type { Progress } from "../progress";
import { ensureCli } from "../pulumi/cli";
import { ensureLanguageHost } from "../pulumi/plugins";
import { buildPreview } from "./events";
import { previewState } from "./events-run";
import type { Preview } from "./model";
import { baseStack, type Workplace } from "./pretend-base";
import { writePretendedImages } from "./pretend-images";
import type { PretendedStack } from "./pretend-stack";
import { type BaseCommit, baseCommit, copyTree, fileAt, isIgnored } from "./worktree";
import { linkModules } from "./worktree-modules";

type Message = Preview["messages"][number];

/**
 * What the working tree would change in a stack as a commit would make it. Nothing has to be deployed; no engine, cluster,
 * credential or network is needed: the commit's program is brought up by providers that only pretend, into a state of its own
 * in a temporary folder, and the working tree's program is previewed against that.
 * @throws UserError where there is no such commit or stack
 */
export async function previewAgainst(
  root: string,
  stack: string,
  ref: string,
  progress: Progress,
): Promise<Preview> {
  const started = performance.now();
  const base = await baseCommit(root, ref);
  const files = await stackFiles(root, stack, base);
  const folder = await mkdtemp(join(tmpdir(), "semblance-review-"));
  const clean = () => rmSync(folder, { recursive: true, force: true });
  // Ctrl-C ends the process at once between two commands.
  process.once("exit", clean);
  try {
    const { binary } = await ensureCli(progress);
    await ensureLanguageHost(progress, binary);
    const kept = join(root, ".semblance", "review");
    const place: Workplace = { root, folder, kept, home: join(kept, "pulumi"), binary, stack };
    const found = await baseStack(place, base, files.base, progress);
    const preview = await previewed(found.stack, place, files.head, progress);
    const seconds = (performance.now() - started) / 1000;
    const messages = [...files.messages, ...incomplete(base, found.incomplete), ...preview.messages];
    return { ...preview, against: base, seconds, messages };
  } finally {
    process.off("exit", clean);
    clean();
  }
}

/** The stack's file at both sides. `base` is undefined for a stack that the change adds. */
async function stackFiles(
  root: string,
  stack: string,
  { commit }: BaseCommit,
): Promise<{ base: string | undefined; head: string; messages: readonly Message[] }> {
  const name = `Pulumi.${stack}.yaml`;
  const path = join(root, name);
  if (!existsSync(path)) {
    throw new UserError(
      `--stack: found "${stack}", and there is no ${name}`,
      `npm run up -- --stack ${stack}`,
    );
  }
  const head = await readFile(path, "utf8");
  const base = await fileAt(root, commit, name);
  if (base !== undefined || !(await isIgnored(root, name))) return { base, head, messages: [] };
  const text = `${name} is this machine's alone (git ignores it): both sides have its settings as they are now`;
  return { base: head, head, messages: [{ severity: "warning", text }] };
}

/** A base that is broken can still be mended: what came up of it is compared with. */
function incomplete({ commit }: BaseCommit, why: string | undefined): readonly Message[] {
  if (why === undefined) return [];
  const text = `not all of commit ${commit.slice(0, 8)} comes up, so that some of what is shown as new may not be:\n${why}`;
  return [{ severity: "warning", text }];
}

/** Previews the working tree against what is "there". */
async function previewed(
  stack: PretendedStack,
  { root, kept, stack: name }: Workplace,
  file: string,
  progress: Progress,
): Promise<Preview> {
  await copyTree(root, stack.project);
  await linkModules(root, stack.project, kept, progress);
  await writePretendedImages(stack.project);
  const secrets = await stack.configure(file);
  const pack = await packOf(stack);
  const preview =
    typeof pack === "string"
      ? failed(name, pack)
      : await progress.step("The working tree against it, with policies", () =>
          previewState(stack.cli, { policies: pack }),
        );
  if (secrets.length === 0) return preview;
  const text = `secrets of the stack's file are not read in a comparison with a commit; made up for it: ${secrets.join(", ")}`;
  return { ...preview, messages: [{ severity: "warning", text }, ...preview.messages] };
}

const failed = (stack: string, text: string): Preview => ({
  ...buildPreview([], { stack, against: "state", seconds: 0 }),
  messages: [{ severity: "error", text }],
});

/** The policies for the working tree's settings. What is wrong with either is a finding of the review, told as a text. */
async function packOf(stack: PretendedStack): Promise<ReadyPack | string> {
  let settings;
  try {
    settings = await readSettings(stack.cli);
  } catch (error) {
    if (error instanceof ConfigError || error instanceof UserError) return error.message;
    throw error;
  }
  // The rules are the working tree's, too: that they do not compile is as much of a finding as a wrong exemption.
  return readyPack(stack.project, environmentOf(settings)).catch((error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    return `policies: ${text.replaceAll(/\S*semblance-review-\w+\/project\//g, "")}`;
  });
}
