import { join } from "node:path";
import type { Settings } from "../../components/config/schema";
import { imageNames } from "../../components/images";
import type { Engine } from "../engine";
import { ensureImages, type ImageOptions, imagesMissing } from "../images";
import type { Progress } from "../progress";

/** Gets the images that the stack's profile runs: pulled, or built where no registry answers. */
export async function getImages(
  root: string,
  settings: Settings,
  engine: Engine,
  progress: Progress,
): Promise<void> {
  const options: ImageOptions = {
    ...settings.images,
    docker: engine.docker,
    progress,
    stateDir: join(root, ".semblance"),
  };
  await progress.step("Images", () => ensureImages(imageNames, options));
}

/** The images that would have to be got first; all of them where there is no engine yet. */
export async function missingImages(
  settings: Settings,
  engine: Engine | undefined,
): Promise<readonly string[]> {
  return engine === undefined
    ? imageNames
    : imagesMissing(imageNames, { ...settings.images, docker: engine.docker });
}
