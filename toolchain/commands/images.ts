import { join } from "node:path";
import type { Settings } from "../../components/config/schema";
import type { ImageName } from "../../components/images";
import { type ImageChoice, imagesOf, possibleImagesOf } from "../../components/member-images";
import { membersOf, type ServiceName } from "../../components/topology";
import { type Engine, findEngine } from "../engine";
import { UserError } from "../errors";
import { ensureImages, type ImageOptions, imagesAbsent, imagesMissing, writeAbsent } from "../images";
import type { Progress } from "../progress";

/** The images of one stage of `up`, and what is left out in it. */
export interface Stage {
  readonly images: readonly ImageName[];
  /** Images whose members are left out, and why. */
  readonly absent: ReadonlyMap<ImageName, string>;
}

const LATER = "its image is being got; npm run up goes on where it was";

/**
 * Puts the images of a stack into stages: first what `core` needs and what is there already, so that people can begin; then
 * the rest. What a stack runs is never left out: an image of it that is missing is got before anything is touched.
 * @throws UserError when an image of a running member is not to be had any more
 */
export function stagesOf(
  settings: Pick<Settings, "profile" | "development"> & ImageChoice,
  found: {
    readonly missing: readonly ImageName[];
    readonly absent: ReadonlyMap<ImageName, string>;
    readonly running: readonly ServiceName[];
  },
): readonly [Stage, ...Stage[]] {
  const { missing, absent, running } = found;
  for (const member of running) {
    const [why] = imagesOf([member], settings).flatMap((name) => absent.get(name) ?? []);
    if (why === undefined) continue;
    throw new UserError(
      `${member} is part of the stack, and its image is gone: ${why}`,
      "bring the image back as said, then: npm run up",
    );
  }
  const all = imagesOf(membersOf(settings), settings).filter((name) => !absent.has(name));
  const core = imagesOf(membersOf({ profile: "core", development: false }));
  const used = imagesOf(running, settings);
  const later = missing.filter((name) => all.includes(name) && !core.includes(name));
  if (later.length === 0 || later.some((name) => used.includes(name))) return [{ images: all, absent }];
  const first = all.filter((name) => !later.includes(name));
  return [
    { images: first, absent: new Map([...absent, ...later.map((name) => [name, LATER] as const)]) },
    { images: all, absent },
  ];
}

/** Where images come from for these settings, on this engine. */
const choiceOf = (settings: Settings, { docker }: Engine) => ({ ...settings.images, docker });

/**
 * The settings with a search engine that is to be had here: OpenSearch where no registry gives Elasticsearch, unless the stack
 * runs on Elasticsearch already.
 */
export async function withSearchEngine(
  settings: Settings,
  engine: Engine,
  running: readonly ServiceName[],
): Promise<Settings> {
  const { engine: asked } = settings.elasticsearch;
  if (asked !== "elasticsearch" || running.includes("elasticsearch")) return settings;
  if (!membersOf(settings).has("elasticsearch")) return settings;
  const absent = await imagesAbsent(["elasticsearch"], choiceOf(settings, engine));
  return absent.size === 0 ? settings : { ...settings, elasticsearch: { engine: "opensearch" } };
}

/** Looks at what is there and what is to be had, and puts it into stages. */
export async function planImages(
  settings: Settings,
  engine: Engine,
  running: readonly ServiceName[],
): Promise<readonly [Stage, ...Stage[]]> {
  const names = imagesOf(membersOf(settings), settings);
  const choice = choiceOf(settings, engine);
  const absent = await imagesAbsent(names, choice);
  const missing = await imagesMissing(
    names.filter((name) => !absent.has(name)),
    choice,
  );
  return stagesOf(settings, { missing, absent, running });
}

/** Gets the images of a stage: pulled, or built where no registry answers. Tells the program what is left out. */
export async function getImages(
  root: string,
  settings: Settings,
  engine: Engine,
  stage: Stage,
  progress: Progress,
): Promise<void> {
  const stateDir = join(root, ".semblance");
  const options: ImageOptions = { ...choiceOf(settings, engine), progress, stateDir };
  await progress.step("Images", () => ensureImages(stage.images, options));
  const looked = [...membersOf(settings)].flatMap(possibleImagesOf);
  await writeAbsent(stateDir, looked, stage.absent);
}

/** The images that would have to be got first; all of them where there is no engine yet. */
export async function missingImages(settings: Settings): Promise<readonly string[]> {
  const engine = await findEngine();
  if (engine === undefined) return imagesOf(membersOf(settings), settings);
  const stages = await planImages(await withSearchEngine(settings, engine, []), engine, []);
  return imagesMissing(stages.at(-1)?.images ?? [], choiceOf(settings, engine));
}
