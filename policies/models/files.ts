import type { Resource } from "../core/resource";
import type { StackView } from "../core/rule";
import { at, entries, isMissing, isUnknown, items, text, UNKNOWN, type Value } from "../core/value";
import type { ContainerLike } from "./containers";
import { podOf } from "./pods";
import { namespaceOf } from "./selectors";
import { coreTypes, dockerContainer, dockerTypes } from "./types";

export const configMapTypes: readonly string[] = coreTypes("ConfigMap");
export const secretTypes: readonly string[] = coreTypes("Secret");
const serviceConfig = "docker:index/serviceConfig:ServiceConfig";
/** Types that bring files to containers. */
export const fileTypes: readonly string[] = [
  dockerContainer,
  serviceConfig,
  ...configMapTypes,
  ...secretTypes,
];

/** A file that a resource brings to a container. */
export interface FileLike {
  readonly resource: Resource;
  /** Where in that resource. */
  readonly path: string;
  /** Its name: in the container where that is known, else the key under which it is kept; empty where there may be any number. */
  readonly name: string;
  readonly content: Value;
}

/** The files that a resource of `fileTypes` holds. */
export function filesIn(resource: Resource): readonly FileLike[] {
  const { type, props } = resource;
  if (type === dockerContainer)
    return isUnknown(props["uploads"])
      ? [unread(resource, "uploads")]
      : items(props["uploads"]).map((one, index) => upload(resource, one, index));
  if (type === serviceConfig) {
    const raw = props["dataRaw"];
    const content = raw ?? base64(props["data"]);
    return [{ resource, path: "data", name: text(props["name"]) ?? resource.name, content }];
  }
  return ["data", "stringData"].flatMap((where) =>
    isUnknown(props[where])
      ? [unread(resource, where)]
      : entries(props[where]).map(([name, value]) => ({
          resource,
          path: `${where}.${name}`,
          name,
          content: secretTypes.includes(type) && where === "data" ? base64(value) : value,
        })),
  );
}

const unread = (resource: Resource, path: string): FileLike => ({
  resource,
  path,
  name: "",
  content: UNKNOWN,
});

function upload(resource: Resource, one: Value, index: number): FileLike {
  const name = text(at(one, "file")) ?? String(index);
  const content = isUnknown(one) ? UNKNOWN : (at(one, "content") ?? base64(at(one, "contentBase64")));
  return { resource, path: `uploads[${name}]`, name, content };
}

/** What a base64 text says. One that is none gives a text that says nothing. */
const base64 = (value: Value): Value =>
  typeof value === "string" ? Buffer.from(value, "base64").toString("utf8") : value;

/** The files of a container: its own, those in volumes that it shares, those of objects that it mounts. */
export function filesOf(container: ContainerLike, stack: StackView): readonly FileLike[] {
  const { resource } = container;
  if (resource.type === dockerContainer) return dockerFiles(resource, stack);
  return dockerTypes.includes(resource.type) ? swarmFiles(resource, stack) : podFiles(resource, stack);
}

function dockerFiles(resource: Resource, stack: StackView): readonly FileLike[] {
  const mounted = volumesOf(resource);
  const carriers = stack
    .of(dockerContainer)
    .filter(({ urn, props }) => urn !== resource.urn && !isMissing(props["uploads"]))
    .filter((other) => volumesOf(other).some((volume) => mounted.includes(volume)));
  return [resource, ...carriers].flatMap(filesIn);
}

/** The volumes of a container, by their names, and by the resources from which the names come while those are not known. */
function volumesOf({ props, propertyDependencies }: Resource): readonly string[] {
  const names = [
    ...items(props["volumes"]).map((one) => text(at(one, "volumeName"))),
    ...items(props["mounts"]).map((one) => text(at(one, "source"))),
  ];
  const on = ["volumes", "mounts"].flatMap((key) => propertyDependencies[key] ?? []);
  return [...names.filter((name) => name !== undefined), ...on];
}

function swarmFiles(resource: Resource, stack: StackView): readonly FileLike[] {
  const configs = items(at(resource.props, "taskSpec", "containerSpec", "configs"));
  const on = resource.propertyDependencies["taskSpec"] ?? [];
  return stack.of(serviceConfig).flatMap((config) => {
    const used = configs.find((one) => {
      const name = text(at(one, "configName"));
      return name !== undefined && name === config.props["name"];
    });
    if (used === undefined && !on.includes(config.urn)) return [];
    return filesIn(config).map((file) => ({ ...file, name: text(at(used, "fileName")) ?? file.name }));
  });
}

function podFiles(resource: Resource, stack: StackView): readonly FileLike[] {
  const { spec } = podOf(resource);
  const namespace = namespaceOf(resource);
  const volumes = items(at(spec, "volumes"));
  const sources = [...volumes, ...volumes.flatMap((one) => items(at(one, "projected", "sources")))];
  return sources.flatMap((source) => [
    ...held(configMapTypes, at(source, "configMap"), namespace, stack),
    ...held(secretTypes, at(source, "secret"), namespace, stack),
  ]);
}

/** The files of an object of that name in the pod's namespace, under the paths at which the pod has them. */
function held(
  types: readonly string[],
  source: Value,
  namespace: Value,
  stack: StackView,
): readonly FileLike[] {
  const name = text(at(source, "name")) ?? text(at(source, "secretName"));
  if (name === undefined) return [];
  const paths = new Map(items(at(source, "items")).map((one) => [at(one, "key"), text(at(one, "path"))]));
  return stack
    .of(...types)
    .filter((object) => at(object.props, "metadata", "name") === name && namespaceOf(object) === namespace)
    .flatMap(filesIn)
    .map((file) => ({ ...file, name: paths.get(file.name) ?? file.name }));
}
