import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ImageName } from "../../components/images";
import type { Progress } from "../progress";
import { interruptible } from "./interrupt";
import { withLock } from "./lock";
import { writeBuilt } from "./record";
import { ImageWork, type Choice } from "./work";

export type { ImagesFrom } from "./plan";
export { readBuilt, writeAbsent } from "./record";

/** How images are brought to the engine. */
export interface ImageOptions extends Choice {
  readonly progress: Progress;
  /** Folder of this checkout's state; gets `images.json` and `logs/`. */
  readonly stateDir: string;
}

/**
 * Sees to it that the engine has the images: pulled by digest where a registry answers, otherwise built from packages.
 * What is there already costs nothing. Tags of built ones are written to `<stateDir>/images.json`, where the program
 * finds them.
 * @returns the name of each image as the engine knows it
 * @throws UserError that names the image and the log
 */
export async function ensureImages<N extends ImageName>(
  names: readonly N[],
  options: ImageOptions,
): Promise<Record<N, string>> {
  const { stateDir, progress } = options;
  const work = await ImageWork.of(names, options);
  let ready = await work.present();
  if (names.some((name) => !ready.has(name))) {
    await mkdir(stateDir, { recursive: true });
    await interruptible((signal) =>
      withLock(
        join(stateDir, "images.lock"),
        async () => {
          // Another run may have done it while this one waited.
          const there = await work.present();
          await work.provide(
            names.filter((name) => !there.has(name)),
            { progress, stateDir, signal },
          );
        },
        {
          signal,
          onWait: (holder) =>
            progress.note(`another run (process ${holder}) prepares the images; waiting for it`),
        },
      ),
    );
    ready = await work.present();
  }
  const result = names.map((name): [N, string] => [name, found(name, ready)]);
  await writeBuilt(
    stateDir,
    names,
    Object.fromEntries(result.filter(([name, ref]) => work.isBuilt(name, ref))),
  );
  return Object.fromEntries(result) as Record<N, string>;
}

/** The images that `ensureImages` would have to pull or build. Asks the engine only, and no registry. */
export async function imagesMissing(names: readonly ImageName[], choice: Choice): Promise<ImageName[]> {
  const ready = await (await ImageWork.of(names, choice)).present();
  return names.filter((name) => !ready.has(name));
}

/** The images that are not to be had on this machine and network, and why. Asks their registries. */
export async function imagesAbsent(
  names: readonly ImageName[],
  choice: Choice,
): Promise<ReadonlyMap<ImageName, string>> {
  return (await ImageWork.of(names, choice)).absent();
}

function found(name: ImageName, ready: ReadonlyMap<ImageName, string>): string {
  const ref = ready.get(name);
  if (ref === undefined) throw new Error(`image ${name} was made, and the engine does not have it`);
  return ref;
}
