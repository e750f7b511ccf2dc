import type { PulumiCli } from "../commands/stack/cli";
import { UserError } from "../errors";
import { buildPreview, PREVIEW_ARGS, PREVIEW_ENV } from "./events";
import type { Preview } from "./model";

/** Policy packs to check, as `readyPack` gives them. */
export interface Policies {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How `previewState` looks. */
export interface PreviewOptions {
  readonly policies?: Policies | undefined;
  /** Compares with what is really there, and not with what the state knows of it. The state stays as it is. @default false */
  readonly refresh?: boolean;
}

/** What `up` would change in a deployed stack. @throws UserError where Pulumi does not come as far as a preview */
export async function previewState(
  cli: PulumiCli,
  { policies, refresh = false }: PreviewOptions = {},
): Promise<Preview> {
  const started = performance.now();
  const lines: string[] = [];
  const args = [...PREVIEW_ARGS, ...(refresh ? ["--refresh"] : []), ...(policies?.args ?? [])];
  const ended = await cli.with({ ...policies?.env, ...PREVIEW_ENV }).follow(args, (line) => lines.push(line));
  if (ended.interrupted) throw new UserError("interrupted; nothing was changed");
  const seconds = (performance.now() - started) / 1000;
  const preview = buildPreview(lines, { stack: cli.stack, against: "state", seconds });
  // What a program, a provider or a rule refuses is in the events; anything else that ends Pulumi early is not.
  const explained =
    preview.messages.some(({ severity }) => severity === "error") ||
    preview.policies.some(({ level }) => level === "mandatory");
  if (ended.code !== 0 && !explained) throw cli.explain(args, ended.stderr);
  return preview;
}
