import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Settings } from "../../components/config/schema";
import { profiles } from "../../components/topology";
import { UserError } from "../errors";
import type { Progress } from "../progress";
import { ensurePlugins, onlyPreviews } from "../pulumi/plugins";
import type { Args } from "./args";
import { type Command, stackOf, stackOption, type Surroundings } from "./command";
import { LossRefused } from "./run/guard";
import { publicOutputs, welcome } from "./run/welcome";
import { type OpenStack, openStack, selectStack } from "./stack/open";
import { readSettings, writeSettings } from "./stack/settings";
import { outputsOf, readState } from "./stack/state";
import { upOnDocker } from "./targets/docker";
import { upOnKubernetes } from "./targets/kubernetes";

/** `npm run up`: everything from nothing to a running platform. */
export const up: Command = {
  syntax: {
    name: "up",
    summary: "Brings the platform up: engine, images, stack, services. Can be run again at any time.",
    options: {
      ...stackOption,
      profile: {
        type: "string",
        choices: profiles,
        help: "which services run; kept in the stack's configuration",
      },
    },
    examples: ["npm run up", "npm run up -- --stack lab"],
  },
  run: bringUp,
};

async function bringUp(args: Args, { root, progress, style, print }: Surroundings): Promise<number> {
  const started = performance.now();
  const stack = await progress.step("Pulumi", () => openStack(root, stackOf(args), progress));
  const { settings, before } = await configure(root, stack, args.text("profile"), progress);
  await ensurePlugins(progress, settings.target);
  if (onlyPreviews(settings.target)) {
    throw new UserError(
      "this network does not reach Pulumi's plugins, and the project's own one for AWS only previews",
      "npm run up from a network that does, with SEMBLANCE_PLUGINS=official; here: npm run preview",
    );
  }
  const rise = { root, stack, settings, progress };
  const rising = settings.target === "docker" ? upOnDocker(rise) : upOnKubernetes(rise);
  const summary = await rising.catch(async (error: unknown) => {
    // A profile that is not deployed must not be what the next `up` goes for.
    if (error instanceof LossRefused && args.text("profile") !== undefined)
      await writeSettings(stack.cli, { profile: before.profile });
    throw error;
  });
  const state = await readState(stack.cli);
  const certificate = await writeCertificate(stack);
  const facts = {
    stack: stack.name,
    outputs: publicOutputs(outputsOf(state)),
    certificate: certificate === undefined ? undefined : relative(root, certificate),
    elapsedMs: performance.now() - started,
    summary,
  };
  print(welcome(facts, style));
  return 0;
}

/** Selects the stack, makes it where it is new, and reads its settings: as they are wanted, and as they were before. */
async function configure(
  root: string,
  stack: OpenStack,
  profile: string | undefined,
  progress: Progress,
): Promise<{ settings: Settings; before: Settings }> {
  const change = profile === undefined ? {} : { profile };
  return progress.step("Settings", async () => {
    // Selected, so that plain `pulumi up` in this folder means the same stack.
    await selectStack(stack, root, true);
    const [settings, before] = await Promise.all([
      readSettings(stack.cli, change),
      readSettings(stack.cli),
      tryPassphrase(stack),
    ]);
    await writeSettings(stack.cli, change);
    return { settings, before };
  });
}

/** Decrypts the state for nobody: a wrong passphrase is found now, and not after the images are built. */
async function tryPassphrase(stack: OpenStack): Promise<void> {
  await stack.cli.capture(["stack", "export", "--show-secrets"]);
}

/** Writes the certificate authority's certificate to where a browser can import it from. It is public. */
async function writeCertificate(stack: OpenStack): Promise<string | undefined> {
  const text = await stack.cli.capture(["stack", "output", "caCertificate"]).catch(() => "");
  if (!text.includes("BEGIN CERTIFICATE")) return undefined;
  await mkdir(stack.files, { recursive: true, mode: 0o700 });
  const file = join(stack.files, "ca.crt");
  await writeFile(file, text.endsWith("\n") ? text : `${text}\n`);
  return file;
}
