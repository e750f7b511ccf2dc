import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type Docker from "dockerode";
import type { Settings } from "../../components/config/schema";
import { ensureEngine, findEngine } from "../engine";
import { preflight } from "../preflight";
import type { Progress } from "../progress";
import type { Args } from "./args";
import { type Command, stackOf, stackOption, type Surroundings } from "./command";
import { heal } from "./healing/heal";
import { getImages, missingImages } from "./images";
import { runPulumi } from "./run/run";
import { publicOutputs, welcome } from "./run/welcome";
import { type OpenStack, openStack } from "./stack/open";
import { readSettings, writeSettings } from "./stack/settings";
import { outputsOf, readState } from "./stack/state";

/** `npm run up`: everything from nothing to a running platform. */
export const up: Command = {
  syntax: {
    name: "up",
    summary: "Brings the platform up: engine, images, stack, services. Can be run again at any time.",
    options: {
      ...stackOption,
      profile: {
        type: "string",
        choices: ["core", "full"],
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
  const settings = await configure(stack, args.text("profile"), progress);
  const docker =
    settings.target === "docker" ? await readyMachine(root, stack, settings, progress) : undefined;
  const refresh = docker !== undefined && (await heal(stack, docker, progress)).refresh;
  const summary = await runPulumi(
    stack,
    `Stack ${stack.name}`,
    ["up", ...(refresh ? ["--refresh"] : [])],
    docker,
    progress,
  );
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

/** Selects the stack, makes it where it is new, and reads its settings. */
async function configure(
  stack: OpenStack,
  profile: string | undefined,
  progress: Progress,
): Promise<Settings> {
  const change = profile === undefined ? {} : { profile };
  return progress.step("Settings", async () => {
    // Selected, so that plain `pulumi up` in this folder means the same stack.
    await stack.cli.capture(["stack", "select", "--create"]);
    const [settings] = await Promise.all([readSettings(stack.cli, change), tryPassphrase(stack)]);
    await writeSettings(stack.cli, change);
    return settings;
  });
}

/** Decrypts the state for nobody: a wrong passphrase is found now, and not after the images are built. */
async function tryPassphrase(stack: OpenStack): Promise<void> {
  await stack.cli.capture(["stack", "export", "--show-secrets"]);
}

/** Engine and images, after a look at what would stand in the way. */
async function readyMachine(
  root: string,
  stack: OpenStack,
  settings: Settings,
  progress: Progress,
): Promise<Docker> {
  const found = await findEngine();
  const missing = await missingImages(settings, found);
  const scope = {
    stack: stack.name,
    settings,
    docker: found?.docker,
    stateFolder: stack.backend.folder ?? stack.files,
    missingImages: missing,
  };
  await progress.step("Checks of this machine", () => preflight(scope, progress));
  const engine = found ?? (await ensureEngine(progress));
  await getImages(root, settings, engine, progress);
  return engine.docker;
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
