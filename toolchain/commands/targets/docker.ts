import type { Settings } from "../../../components/config/schema";
import { memberNames, type ServiceName } from "../../../components/topology";
import { type Engine, ensureEngine, findEngine } from "../../engine";
import { preflight } from "../../preflight";
import type { Progress } from "../../progress";
import { heal } from "../healing/heal";
import { freeLock } from "../healing/lock";
import { getImages, missingImages, planImages, type Stage, withSearchEngine } from "../images";
import { guardData } from "../run/guard";
import { runPulumi } from "../run/run";
import type { OpenStack } from "../stack/open";
import { writeSettings } from "../stack/settings";
import { readState, servicesOf } from "../stack/state";
import type { Rise } from "./rise";

/** Brings a stack up on one Docker host: engine, images, stack. Answers with what has changed, in a line. */
export async function upOnDocker({ root, stack, settings: asked, progress }: Rise): Promise<string> {
  const engine = await readyMachine(stack, asked, progress);
  const running = [...servicesOf(await readState(stack.cli)).keys()].filter(isMember);
  const settings = await settleSearchEngine(stack, asked, engine, running, progress);
  const stages = await planImages(settings, engine, running);
  let summary = "";
  for (const [index, stage] of stages.entries()) {
    await getImages(root, settings, engine, stage, progress);
    // What another run is about to change is not judged, and nothing is healed that is refused then.
    await freeLock(stack, progress);
    await guardData(root, stack, progress);
    const refresh = (await heal(stack, engine.docker, progress)).refresh;
    const args = ["up", ...(refresh ? ["--refresh"] : [])];
    summary = await runPulumi(stack, `Stack ${stack.name}`, args, engine.docker, progress);
    for (const line of remarks(stages, index)) progress.note(line);
  }
  return summary;
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
