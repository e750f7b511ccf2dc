import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Settings } from "../../components/config/schema";
import { memberNames, profiles, type ServiceName } from "../../components/topology";
import { type Engine, ensureEngine, findEngine } from "../engine";
import { preflight } from "../preflight";
import type { Progress } from "../progress";
import type { Args } from "./args";
import { type Command, stackOf, stackOption, type Surroundings } from "./command";
import { heal } from "./healing/heal";
import { getImages, missingImages, planImages, type Stage, withSearchEngine } from "./images";
import { runPulumi } from "./run/run";
import { publicOutputs, welcome } from "./run/welcome";
import { type OpenStack, openStack } from "./stack/open";
import { readSettings, writeSettings } from "./stack/settings";
import { outputsOf, readState, servicesOf } from "./stack/state";

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
  const asked = await configure(stack, args.text("profile"), progress);
  const engine = await readyMachine(stack, asked, progress);
  const running = [...servicesOf(await readState(stack.cli)).keys()].filter(isMember);
  const settings = await settleSearchEngine(stack, asked, engine, running, progress);
  const stages = await planImages(settings, engine, running);
  let summary = "";
  for (const [index, stage] of stages.entries()) {
    await getImages(root, settings, engine, stage, progress);
    const refresh = (await heal(stack, engine.docker, progress)).refresh;
    const args = ["up", ...(refresh ? ["--refresh"] : [])];
    summary = await runPulumi(stack, `Stack ${stack.name}`, args, engine.docker, progress);
    for (const line of remarks(stages, index)) progress.note(line);
  }
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

/** Notes in the stack's configuration that OpenSearch stands in for Elasticsearch, so that a later `up` finds its data. */
async function settleSearchEngine(
  stack: OpenStack,
  asked: Settings,
  engine: Engine,
  running: readonly ServiceName[],
  progress: Progress,
): Promise<Settings> {
  const settings = await withSearchEngine(asked, engine, running);
  if (settings === asked) return asked;
  await writeSettings(stack.cli, { "elasticsearch.engine": settings.elasticsearch.engine });
  progress.note(
    "No registry gives Elasticsearch: OpenSearch stands in for it (settings.elasticsearch.engine), same place, same rights",
  );
  return settings;
}

/** Decrypts the state for nobody: a wrong passphrase is found now, and not after the images are built. */
async function tryPassphrase(stack: OpenStack): Promise<void> {
  await stack.cli.capture(["stack", "export", "--show-secrets"]);
}

/** The engine, after a look at what would stand in the way. */
async function readyMachine(stack: OpenStack, settings: Settings, progress: Progress): Promise<Engine> {
  const found = await findEngine();
  const scope = {
    stack: stack.name,
    settings,
    docker: found?.docker,
    stateFolder: stack.backend.folder ?? stack.files,
    missingImages: await missingImages(settings),
  };
  await progress.step("Checks of this machine", () => preflight(scope, progress));
  return found ?? ensureEngine(progress);
}

const isMember = (name: string): name is ServiceName => memberNames.some((member) => member === name);

/** What is told after a stage: what cannot come and why, or that people can begin while the rest is got. */
function remarks(stages: readonly Stage[], index: number): string[] {
  if (index < stages.length - 1) return ["The core is up and can be used; the other services follow"];
  return [...(stages[index]?.absent ?? [])].map(([image, why]) => `absent: ${image}: ${why}`);
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
