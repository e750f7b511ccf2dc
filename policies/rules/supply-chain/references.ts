import type { Resource } from "../../core/resource";
import { at, isMissing, isUnknown, items, text, type Value } from "../../core/value";
import { containersOf } from "../../models/containers";
import { podOf } from "../../models/pods";
import { dockerContainer, dockerTypes, podTypes } from "../../models/types";

export const remoteImage = "docker:index/remoteImage:RemoteImage";

/** Types that say which image is pulled. */
export const imageTypes: readonly string[] = [remoteImage, ...dockerTypes, ...podTypes];

/** A place that names an image. */
export interface ImageUse {
  readonly path: string;
  readonly value: Value;
  /** What the place says of when to pull; on Kubernetes only. */
  readonly pullPolicy?: Value;
}

/**
 * The images that a resource of `imageTypes` names. A Docker container whose image is not known takes it from a RemoteImage,
 * which is judged itself; so is what a RemoteImage builds instead of pulling.
 */
export function imagesOf(resource: Resource): readonly ImageUse[] {
  const { type, props } = resource;
  if (type === remoteImage) return isMissing(props["build"]) ? [{ path: "name", value: props["name"] }] : [];
  const uses = containersOf(resource).map(({ image, imagePath, path }): ImageUse => ({
    path: imagePath,
    value: image,
    pullPolicy: pullPolicyAt(resource, path),
  }));
  if (dockerTypes.includes(type))
    return uses.filter(({ value }) => type !== dockerContainer || !isUnknown(value)).filter(given);
  const { spec, path } = podOf(resource);
  const volumes = items(at(spec, "volumes")).map((volume, index): ImageUse => ({
    path: `${path}.volumes[${index}].image.reference`,
    value: at(volume, "image", "reference"),
    pullPolicy: at(volume, "image", "pullPolicy"),
  }));
  return [...uses, ...volumes].filter(given);
}

/** A patch need not name an image. */
const given = ({ value }: ImageUse): boolean => !isMissing(value);

function pullPolicyAt(resource: Resource, path: string): Value {
  if (!podTypes.includes(resource.type)) return undefined;
  const { spec, path: podPath } = podOf(resource);
  const [, role = "", name = ""] = /^\.(\w+)\[(.*)\]$/.exec(path.slice(podPath.length)) ?? [];
  const container = items(at(spec, role)).find(
    (one, index) => text(at(one, "name")) === name || String(index) === name,
  );
  return at(container, "imagePullPolicy");
}

/** A reference of an image in its parts, as an engine reads it. */
export interface Reference {
  /** Registry and repository, in full: `docker.io/library/redis`. */
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Reads a reference; undefined for the id of an image, which names its content and no place. */
export function parseReference(reference: string): Reference | undefined {
  if (/^(sha256:)?[0-9a-f]{64}$/.test(reference)) return undefined;
  const [rest = "", digest] = reference.trim().split("@", 2);
  const slash = rest.indexOf("/");
  const first = slash === -1 ? "" : rest.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === "localhost";
  const path = hasHost ? rest.slice(slash + 1) : rest;
  const host = hasHost && !/^(index|registry-1)\.docker\.io$/.test(first) ? first : "docker.io";
  const colon = path.lastIndexOf(":");
  const repository = colon === -1 ? path : path.slice(0, colon);
  const full = host === "docker.io" && !repository.includes("/") ? `library/${repository}` : repository;
  const tag = colon === -1 ? "" : path.slice(colon + 1);
  return {
    name: `${host}/${full}`.toLowerCase(),
    ...(tag === "" ? {} : { tag }),
    ...(digest === undefined || digest === "" ? {} : { digest }),
  };
}

/** Whether a name is one of these or lies below one: `ghcr.io/acme` holds `ghcr.io/acme/web`, and not `ghcr.io/acme-evil`. */
export function isBelow(name: string, places: readonly string[]): boolean {
  return places.some((place) => {
    const prefix = place.toLowerCase().replace(/\/?\*?$/, "");
    return prefix !== "" && (name === prefix || name.startsWith(`${prefix}/`));
  });
}

export const isPinned = ({ digest }: Reference): boolean => /^sha256:[0-9a-f]{64}$/.test(digest ?? "");
