import { createHash } from "node:crypto";
import { memberNames, type ServiceName } from "../../components/topology";
import { type Rendered, toldTo, type View } from "./conformance-view";
import { CANARY } from "./mocks";

/** Of what the mocks make up for a secret, as much as every form of it has: the text itself, and the hash beside it. */
const NEEDLE = new RegExp(`${CANARY}[0-9a-f]{26}`, "g");

/** Hash of a text: of a resource's name it is what the mocks make up everything of. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const needleOf = (name: string): string => `${CANARY}${sha256(name).slice(0, 26)}`;

/** A text with what is written in base64 in it, such as a header with a password, opened as well. */
function opened(text: string): string {
  const plain = text.replaceAll("%20", " ");
  const encoded = plain.match(/[A-Za-z0-9+/]{24,}={0,2}/g) ?? [];
  return [plain, ...encoded.map((one) => Buffer.from(one, "base64").toString("latin1"))].join("\n");
}

const found = new WeakMap<Rendered, ReadonlySet<string>>();

/** Pieces of the secrets that a process is given. */
function needlesOf(one: Rendered): ReadonlySet<string> {
  const needles = found.get(one) ?? new Set(opened(toldTo(one)).match(NEEDLE) ?? []);
  found.set(one, needles);
  return needles;
}

/** Whether a process is given a secret, in whatever form, or its hash. */
export const knows = (one: Rendered, secret: string): boolean =>
  (secret.match(NEEDLE) ?? []).some((needle) => needlesOf(one).has(needle)) ||
  toldTo(one).includes(sha256(secret));

/** A generated secret by which somebody shows a server who it is. */
export interface Credential {
  /** Name of the resource. */
  readonly name: string;
  readonly server: ServiceName;
  /** Members that have it. */
  readonly holders: ReadonlySet<ServiceName>;
}

/**
 * The server of a generated secret, by the resource's name: `secrets-redis-label-studio`, `authority-loki-clients-grafana-key`.
 * What a server is given for itself, such as its own key, is none.
 */
export function serverOf(name: string): ServiceName | undefined {
  const [, rest] = /^secrets-(.+)$/.exec(name) ?? /^authority-(.+-clients-.+)-key$/.exec(name) ?? [];
  return rest === undefined ? undefined : memberStarting(rest);
}

/** The member with whose name, the longest of them, a text starts: `postgres-exporter-prometheus` is not PostgreSQL's. */
export const memberStarting = (text: string): ServiceName | undefined =>
  [...memberNames]
    .sort((a, b) => b.length - a.length)
    .find((member) => text === member || text.startsWith(`${member}-`));

const credentials = new WeakMap<View, readonly Credential[]>();

/** Every credential of a stack, and who has it. */
export function credentialsOf(view: View): readonly Credential[] {
  const known =
    credentials.get(view) ??
    view.resources.flatMap(({ name, custom }) => {
      const server = custom ? serverOf(name) : undefined;
      if (server === undefined) return [];
      const holding = view.workloads.filter((one) => needlesOf(one).has(needleOf(name)));
      return [{ name, server, holders: new Set(holding.map(({ member }) => member)) }];
    });
  credentials.set(view, known);
  return known;
}
