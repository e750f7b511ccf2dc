import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { UnsupportedError } from "../../core/errors";
import { type TextValue, unwrap } from "../../core/values";
import { FILES } from "../../core/workload";
import { digest } from "./digest";

type Volume = k8s.types.input.core.v1.Volume;
type Metadata = k8s.types.input.meta.v1.ObjectMeta;

/** Readable by the owner, which is root, and by the group, which is the workload's by `fsGroup`; by nobody else. */
const READABLE = 0o440;

/** A file, or a variable, and the key under which an object holds it. */
interface Item {
  readonly key: string;
  /** Path below the folder of files. */
  readonly path: string;
  readonly text: pulumi.Output<string>;
}

/** The files of a workload, by what may be seen. */
export interface Files {
  readonly secret: readonly Item[];
  readonly plain: readonly Item[];
}

/**
 * Files by whether they are secret, each with a key: keys know no slashes, so `tls/server.key` is `tls..server.key`.
 * @throws UnsupportedError where a key cannot hold the path
 */
function sortFiles(workload: string, files: Readonly<Record<string, TextValue>>): Files {
  const texts = Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, value]) => {
      const path = file.slice(FILES.length + 1);
      const item = { key: keyOf(workload, path), path, text: unwrap(value) };
      return { item, secret: isSecret(value) };
    });
  return {
    secret: texts.filter(({ secret }) => secret).map(({ item }) => item),
    plain: texts.filter(({ secret }) => !secret).map(({ item }) => item),
  };
}

function keyOf(workload: string, path: string): string {
  if (/^[-._a-zA-Z0-9]+(\/[-._a-zA-Z0-9]+)*$/.test(path) && !path.includes("..")) {
    return path.replaceAll("/", "..");
  }
  throw new UnsupportedError({
    service: workload,
    field: `files.${FILES}/${path}`,
    platform: "kubernetes",
    remedy: "use letters, digits, hyphens, underscores and single dots in the names of folders and files",
  });
}

/**
 * Only a text of the program itself is known to be none: what is made out of a secret is one as well, and an Output does not
 * tell before it has come.
 */
const isSecret = (value: TextValue): boolean => typeof value !== "string";

/** Base64, which is an encoding and no protection. */
const secretData = (items: readonly Item[]): Record<string, pulumi.Output<string>> =>
  Object.fromEntries(
    items.map(({ key, text }) => [key, text.apply((t) => Buffer.from(t).toString("base64"))]),
  );

const plainData = (items: readonly Item[]): Record<string, pulumi.Output<string>> =>
  Object.fromEntries(items.map(({ key, text }) => [key, text]));

/** Files in a Secret that somebody else fills: keys of it, by the paths below the folder of files. */
export interface ForeignFiles {
  readonly secret: string;
  readonly items: readonly { readonly key: string; readonly path: string }[];
}

/** One folder out of all objects. */
function filesVolume(name: string, { secret, plain }: Files, foreign?: ForeignFiles): Volume {
  const items = (all: readonly Item[]) => all.map(({ key, path }) => ({ key, path }));
  return {
    name: "files",
    projected: {
      defaultMode: READABLE,
      sources: [
        ...(secret.length === 0 ? [] : [{ secret: { name, items: items(secret) } }]),
        ...(plain.length === 0 ? [] : [{ configMap: { name, items: items(plain) } }]),
        ...(foreign === undefined
          ? []
          : [{ secret: { name: foreign.secret, items: foreign.items.map((item) => ({ ...item })) } }]),
      ],
    },
  };
}

/** The texts of a workload: its files, and those of its variables that are secret. */
export interface Texts {
  /** Name of the Secret and of the ConfigMap that hold files. */
  readonly object: string;
  readonly files: Files;
  /** The folder of files. Absent: there are none. */
  readonly volume?: Volume;
  /** Name of the Secret that holds variables, by their names. */
  readonly secretEnv: string;
  readonly env: readonly Item[];
  /** Changes with every text, secret or not: as an annotation of the pods it makes new ones. */
  readonly hash: pulumi.Output<string>;
}

/** Sorts a workload's texts into the objects that will hold them. The objects' names stay when their contents change. */
export function textsOf(
  workload: string,
  texts: {
    readonly files: Readonly<Record<string, TextValue>>;
    readonly env: Readonly<Record<string, TextValue>>;
    /** In place of files of the same paths. */
    readonly foreign?: ForeignFiles | undefined;
  },
): Texts {
  const { foreign } = texts;
  const brought = new Set(foreign?.items.map(({ path }) => `${FILES}/${path}`));
  const own = Object.entries(texts.files).filter(([path]) => !brought.has(path));
  const files = sortFiles(workload, Object.fromEntries(own));
  const env = Object.entries(texts.env)
    .filter(([, value]) => isSecret(value))
    .map(([key, value]): Item => ({ key, path: key, text: unwrap(value) }));
  const object = `${workload}-files`;
  const all = [...files.secret, ...files.plain, ...env];
  return {
    object,
    files,
    ...(files.secret.length + files.plain.length === 0
      ? {}
      : { volume: filesVolume(object, files, foreign) }),
    secretEnv: `${workload}-env`,
    env,
    hash: digest(all.map(({ path, text }) => pulumi.all([path, text]))),
  };
}

/** Registers the objects that hold a workload's texts, which must exist before its pod. */
export function holdTexts(
  { object, files, secretEnv, env }: Texts,
  metadata: (name: string) => Metadata,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const secret = (name: string, items: readonly Item[]) =>
    items.length === 0
      ? []
      : [new Secret(name, { metadata: metadata(name), type: "Opaque", data: secretData(items) }, opts)];
  return [
    ...secret(object, files.secret),
    ...secret(secretEnv, env),
    ...(files.plain.length === 0
      ? []
      : [new ConfigMap(object, { metadata: metadata(object), data: plainData(files.plain) }, opts)]),
  ];
}
