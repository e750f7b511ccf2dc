import type { Props, Value } from "../../base/value";
import { isProps } from "../../base/value";
import { listAt, type Kind, textAt } from "../manifest";
import { ApiError, found, NoSuchKind } from "./errors";
import type { Http } from "./http";

/** How a kind is addressed. */
interface Address {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** One object of the cluster. */
export interface Place {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** How an object is applied. */
export interface ApplyOptions {
  /** The field manager: whose fields these are. */
  readonly manager: string;
  /** Takes over fields that another manager has set to something else. */
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** Objects of any kind, by server-side apply; addresses come from the server's own discovery. */
export class Cluster {
  private readonly kinds = new Map<string, Promise<readonly Props[]>>();

  constructor(private readonly http: Http) {}

  /** Whether objects of this kind are in a namespace. */
  async isNamespaced(kind: Kind, signal?: AbortSignal): Promise<boolean> {
    return (await this.addressOf(kind, signal)).namespaced;
  }

  /** The object, or undefined. */
  async get({ kind, namespace, name }: Place, signal?: AbortSignal): Promise<Props | undefined> {
    const path = await this.pathOf(kind, namespace, name, signal);
    const answer = await found(this.http.ask({ method: "GET", path, signal }));
    return answer && objectOf(answer.body);
  }

  /** Objects of a kind that fit the selectors. */
  async list(
    kind: Kind,
    namespace: string | undefined,
    query: { readonly labelSelector?: string; readonly fieldSelector?: string },
    signal?: AbortSignal,
  ): Promise<Props[]> {
    const path = await this.pathOf(kind, namespace, undefined, signal);
    const answer = await this.http.ask({ method: "GET", path, query, signal });
    return listAt(answer.body, "items");
  }

  /** Makes the object what the manifest says, as far as it says something; unknown fields are refused. */
  async apply(
    place: Place,
    manifest: Props,
    { manager, force, dryRun }: ApplyOptions,
    signal?: AbortSignal,
  ): Promise<{ object: Props; warnings: readonly string[] }> {
    const { body, warnings } = await this.http.ask({
      method: "PATCH",
      path: await this.pathOf(place.kind, place.namespace, place.name, signal),
      query: {
        fieldManager: manager,
        fieldValidation: "Strict",
        force: String(force),
        ...(dryRun ? { dryRun: "All" } : {}),
      },
      contentType: "application/apply-patch+yaml",
      body: manifest,
      signal,
    });
    return { object: objectOf(body), warnings };
  }

  /** Asks for the object's end; it may take its time. False when there was none. */
  async remove({ kind, namespace, name }: Place, propagationPolicy: string, signal?: AbortSignal) {
    const path = await this.pathOf(kind, namespace, name, signal);
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy };
    return (await found(this.http.ask({ method: "DELETE", path, body, signal }))) !== undefined;
  }

  private async pathOf(
    kind: Kind,
    namespace: string | undefined,
    name: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const { plural, namespaced } = await this.addressOf(kind, signal);
    const space = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
    const last = name === undefined ? "" : `/${encodeURIComponent(name)}`;
    return `${rootOf(kind.apiVersion)}${space}/${plural}${last}`;
  }

  private async addressOf(kind: Kind, signal: AbortSignal | undefined): Promise<Address> {
    const { apiVersion } = kind;
    // Not with the caller's signal: others wait for the same answer.
    const known = this.kinds.get(apiVersion) ?? this.discover(apiVersion);
    this.kinds.set(apiVersion, known);
    try {
      const entry = (await known).find((each) => each["kind"] === kind.kind);
      signal?.throwIfAborted();
      if (entry === undefined) throw new NoSuchKind(apiVersion, kind.kind);
      return { plural: textAt(entry, "name") ?? "", namespaced: entry["namespaced"] === true };
    } catch (error) {
      // A definition may be on its way: the next one asks anew.
      this.kinds.delete(apiVersion);
      if (error instanceof ApiError && error.code === 404) throw new NoSuchKind(apiVersion, kind.kind);
      throw error;
    }
  }

  private async discover(apiVersion: string): Promise<readonly Props[]> {
    const { body } = await this.http.ask({ method: "GET", path: rootOf(apiVersion) });
    return listAt(body, "resources").filter((each) => !String(each["name"]).includes("/"));
  }
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function objectOf(body: Value): Props {
  if (!isProps(body)) throw new Error("the API server answered with something that is no object");
  return body;
}
