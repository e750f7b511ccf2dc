import { join } from "node:path";
import Docker from "dockerode";
import { baseImage, type ImageName, images } from "../../components/images";
import type { Progress } from "../progress";
import { bootstrapBase, knownBases, type Base, type KnownBases } from "./base";
import { buildImage } from "./build";
import { contentHash, readContext, type ContextFile } from "./content";
import { networkArguments, trustedCertificates } from "./environment";
import { inParallel } from "./interrupt";
import { actionFor, candidatesOf, presentRef, whyAbsent, type Candidates, type ImagesFrom } from "./plan";
import { pullImage } from "./pull";
import { registriesOf, type Registries } from "./registries";

/** What decides which names an image may have. */
export interface Choice {
  readonly mirror?: string | undefined;
  readonly source: ImagesFrom;
  /** The engine; the one that the environment names by default. */
  readonly docker?: Docker;
  /** Folder of the Dockerfiles; the project's own by default. */
  readonly imagesFolder?: string;
}

/** Where a run tells what it does and keeps its files. */
export interface Surroundings {
  readonly progress: Progress;
  readonly stateDir: string;
  readonly signal: AbortSignal;
}

interface Item {
  readonly name: ImageName;
  readonly files: readonly ContextFile[];
  readonly candidates: Candidates;
}

const IMAGES_FOLDER = join(__dirname, "..", "..", "images");
/** Two builds keep two cores and the network busy; more only get in each other's way. */
const BUILDS_AT_ONCE = 2;
const PULLS_AT_ONCE = 3;
/** The longest builds, which start first so that the short ones fill the gaps. */
const SLOW_FIRST: readonly ImageName[] = [
  "minio",
  "label-studio",
  "caddy",
  "loki",
  "weaviate",
  "jaeger",
  "otel-collector",
  "ollama-gpu",
  "ollama",
  "mlflow",
];

/** The work of one run: what is there, what is missing, and how the missing comes. */
export class ImageWork {
  private constructor(
    private readonly docker: Docker,
    private readonly choice: Choice,
    private readonly imagesFolder: string,
    private readonly bases: KnownBases,
    private readonly items: readonly Item[],
    private readonly registries: Registries,
  ) {}

  /** Reads the Dockerfile folders of these images; does nothing yet. */
  static async of(names: readonly ImageName[], choice: Choice): Promise<ImageWork> {
    const docker = choice.docker ?? new Docker();
    const folder = choice.imagesFolder ?? IMAGES_FOLDER;
    const bases = await knownBases(folder, choice.mirror);
    const items = await Promise.all(
      names.map(async (name): Promise<Item> => {
        const { builds, builtBy } = images[name];
        const files = builds === undefined ? [] : await readContext(join(folder, builtBy?.folder ?? name));
        const hash = (base: Base): string => contentHash(files, [base.identity]);
        return { name, files, candidates: candidatesOf(name, choice.source, choice.mirror, hash, bases) };
      }),
    );
    return new ImageWork(docker, choice, folder, bases, items, registriesOf(docker, choice.mirror));
  }

  /** The images that the engine has, by the name under which it has them. */
  async present(): Promise<Map<ImageName, string>> {
    const refs = this.items.flatMap(({ candidates: { published, built, loaded } }) => [
      ...(published === undefined ? [] : [published.ref]),
      ...(built === undefined ? [] : [built.published, built.bootstrapped]),
      ...(loaded === undefined ? [] : [loaded]),
    ]);
    const there = new Set<string>();
    await Promise.all(refs.map(async (ref) => (await this.has(ref)) && there.add(ref)));
    const found = new Map<ImageName, string>();
    for (const { name, candidates } of this.items) {
      const ref = presentRef(candidates, this.choice.source, (candidate) => there.has(candidate));
      if (ref !== undefined) found.set(name, ref);
    }
    return found;
  }

  /** Whether `ref` is a tag that was built on this machine, and no name in a registry. */
  isBuilt(name: ImageName, ref: string): boolean {
    return this.items.some((item) => item.name === name && item.candidates.published?.ref !== ref);
  }

  /** The images that are not to be had: neither there, nor in a registry that answers, nor to be built. With the reason. */
  async absent(): Promise<Map<ImageName, string>> {
    const there = await this.present();
    const found = new Map<ImageName, string>();
    for (const { name, candidates } of this.items) {
      const { published, built } = candidates;
      if (there.has(name) || built !== undefined || published === undefined) continue;
      if (!(await this.registries.answersFor(published.image))) found.set(name, whyAbsent(published.image));
    }
    return found;
  }

  /** Pulls and builds what is missing. Ends when all of it is there, or throws the first failure. */
  async provide(missing: readonly ImageName[], to: Surroundings): Promise<void> {
    const items = this.items.filter((item) => missing.includes(item.name));
    const planned = await Promise.all(
      items.map(async (item) => {
        const { published } = item.candidates;
        const answers = published !== undefined && (await this.registries.answersFor(published.image));
        return { item, action: actionFor(item.name, item.candidates, this.choice.source, answers) };
      }),
    );
    const pulls = planned.flatMap(({ item, action }) =>
      "pull" in action ? [{ name: item.name, ref: action.pull }] : [],
    );
    const builds = planned.flatMap(({ item: { candidates, ...item }, action }) =>
      "build" in action && candidates.built !== undefined ? [{ ...item, tags: candidates.built }] : [],
    );
    await inParallel(pulls, PULLS_AT_ONCE, to.signal, ({ name, ref }, signal) =>
      to.progress.step(`Image ${name}: pulling`, (say) => pullImage(this.docker, ref, say, signal)),
    );
    if (builds.length === 0) return;
    const base = await this.provideBase(to);
    const certificates = await trustedCertificates();
    await inParallel(builds.sort(bySlowness), BUILDS_AT_ONCE, to.signal, (item, signal) =>
      to.progress.step(`Image ${item.name}: building`, (say) =>
        buildImage(this.docker, {
          name: item.name,
          tag: base === this.bases.published ? item.tags.published : item.tags.bootstrapped,
          target: images[item.name].builtBy?.target,
          files: [...item.files, { path: "ca.crt", content: Buffer.from(certificates), executable: false }],
          buildArguments: { ...networkArguments(), BASE: base.ref },
          log: join(to.stateDir, "logs", `image-${item.name}.log`),
          say,
          signal,
        }),
      ),
    );
  }

  private async provideBase(to: Surroundings): Promise<Base> {
    const { published, bootstrapped } = this.bases;
    for (const base of [published, bootstrapped]) if (await this.has(base.ref)) return base;
    if (await this.registries.answersFor(baseImage)) {
      await to.progress.step("Base image: pulling", (say) =>
        pullImage(this.docker, published.ref, say, to.signal),
      );
      return published;
    }
    await to.progress.step("Base image: made of Debian's packages, because no registry answers", (say) =>
      bootstrapBase(this.docker, {
        imagesFolder: this.imagesFolder,
        base: bootstrapped,
        workFolder: join(to.stateDir, "tmp"),
        log: join(to.stateDir, "logs", "image-base.log"),
        say,
        signal: to.signal,
      }),
    );
    return bootstrapped;
  }

  private async has(ref: string): Promise<boolean> {
    try {
      await this.docker.getImage(ref).inspect();
      return true;
    } catch (error) {
      if (error instanceof Error && "statusCode" in error && error.statusCode === 404) return false;
      throw error;
    }
  }
}

function bySlowness(a: { readonly name: ImageName }, b: { readonly name: ImageName }): number {
  const rank = (name: ImageName): number =>
    SLOW_FIRST.includes(name) ? SLOW_FIRST.indexOf(name) : SLOW_FIRST.length;
  return rank(a.name) - rank(b.name);
}
