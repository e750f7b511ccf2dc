import type { StackView } from "../core/rule";
import { at, isUnknown, text, texts, UNKNOWN, type Value } from "../core/value";
import { type ContainerLike, containersOf } from "./containers";
import { fileTypes, filesOf, type FileLike } from "./files";
import { dockerContainer, dockerTypes, podTypes } from "./types";

const remoteImage = "docker:index/remoteImage:RemoteImage";
const builtImage = "docker:index/image:Image";

/** Types that a rule about servers must see: what runs, its images, its files. */
export const serverTypes: readonly string[] = [
  ...new Set([...podTypes, ...dockerTypes, ...fileTypes, remoteImage, builtImage]),
];

/** How a kind of server is recognised, in anybody's stack. */
export interface Software {
  /** As it is called in messages. */
  readonly title: string;
  /** Last part of the repository of images that run it when they are told nothing else. */
  readonly image: RegExp;
  /** Names of the program that is the server, as an alternative of a regular expression. */
  readonly program: string;
  /** Name of its file of configuration. */
  readonly config: RegExp;
  /** Variables of the environment that are settings, by how they are written. */
  readonly envSetting?: (name: string) => string | undefined;
}

/** A container that runs a kind of server. */
export interface Server extends ContainerLike {
  readonly files: readonly FileLike[];
  /** Its command and the scripts that it names, as text. */
  readonly script: string;
  /** Whether all of its command could be read. */
  readonly readable: boolean;
}

/** The containers that run a kind of server. Those of which nobody can tell are among them. */
export function serversOf(stack: StackView, software: Software): readonly Server[] {
  return stack
    .of(...podTypes, ...dockerTypes)
    .flatMap(containersOf)
    .filter(({ starts }) => starts)
    .flatMap((container) => {
      const image = software.image.test(repositoryOf(imageOf(container, stack)));
      // Reading files costs more than reading a command: only where the command can be the server's.
      if (!image && !startsWith(container, software) && !isShell(container)) return [];
      const server = readServer(container, filesOf(container, stack));
      return runs(server, software, image) ? [server] : [];
    });
}

/** The image of a container by its name, also where the container is given its id. */
export function imageOf({ resource, image }: ContainerLike, stack: StackView): Value {
  if (resource.type !== dockerContainer) return image;
  for (const urn of resource.propertyDependencies["image"] ?? []) {
    const source = stack.byUrn(urn);
    if (source?.type === remoteImage) return source.props["name"];
    if (source?.type === builtImage) return source.props["imageName"];
  }
  return image;
}

/** The last part of an image's repository: `postgres` for `docker.io/library/postgres:18@sha256:…`. */
export const repositoryOf = (image: Value): string =>
  (text(image) ?? "").split("@")[0]?.split("/").at(-1)?.split(":")[0] ?? "";

const COMMANDS = ["command", "commands", "entrypoints", "args"];
const SHELL = /(^|\/)((ba|da|a)?sh|env|tini|dumb-init)$|\.sh$/;
const ARGUMENT = /^(-|server$|start$)/;
const ENTRYPOINT = /(^|\/)((docker-)?entrypoint[^/]*|run\.sh|eswrapper)$/;

function readServer(container: ContainerLike, files: readonly FileLike[]): Server {
  const words = texts(container.command);
  const named = words.flatMap((word) => word.split(/\s+/)).filter((word) => word.endsWith(".sh"));
  const scripts = named.map((name) => files.find((file) => file.name === name || tail(name, file.name)));
  const contents = scripts.map((file) => (file === undefined ? UNKNOWN : file.content));
  return {
    ...container,
    files,
    script: [words.join(" "), ...texts(contents)].join("\n"),
    readable:
      !container.command.some(isUnknown) &&
      !COMMANDS.some((key) => isUnknown(at(container.spec, key))) &&
      !contents.some((one) => typeof one !== "string"),
  };
}

/** A file by its path in the container, where the resource knows only the end of that. */
const tail = (path: string, name: string): boolean => path.endsWith(`/${name}`);

const startsWith = ({ command }: ContainerLike, { program }: Software): boolean =>
  new RegExp(`^(\\S*/)?(${program})(?=\\s|$)`).test(texts(command).join(" "));

const isShell = ({ command }: ContainerLike): boolean => SHELL.test(texts(command)[0] ?? "");

function runs(server: Server, software: Software, image: boolean): boolean {
  if (startsWith(server, software)) return true;
  const [first] = texts(server.command);
  // Nothing but arguments: the image's own program takes them.
  if (first === undefined || ARGUMENT.test(first) || ENTRYPOINT.test(first)) return image;
  if (!isShell(server)) return false;
  const starts = new RegExp(`(^|[;&|(]|\\bexec)\\s*(\\S*/)?(${software.program})(?=\\s|$)`, "m");
  return starts.test(server.script) || (image && !server.readable);
}
