import { setTimeout as sleep } from "node:timers/promises";
import { type Olds, type OperationContext, PartialFailure, type Props } from "../base/resource";
import { admissionFix, advised, isPassing, isTakeover } from "./advice";
import type { Cluster, Place } from "./api/cluster";
import { ApiError, NoSuchKind } from "./api/errors";
import { ruleOf } from "./await/rules";
import type { Look } from "./await/verdict";
import { NotReady, unreadiness, untilReady } from "./await/wait";
import type { Connection } from "./connection";
import { driftedInputs, importedInputs } from "./drift";
import { ignoring } from "./ignore";
import {
  ANNOTATIONS,
  idOf,
  isAnnotated,
  type Kind,
  parseId,
  propsAt,
  textAt,
  titleOf,
  withMetadata,
} from "./manifest";
import { removed, untilGone } from "./remove";
import { isManagedBy, managerOf, stateOf, toApply } from "./state";

const FIRST_RETRY_MS = 300;
const RETRIES = 8;

/** Objects of one kind: made, changed, read and removed. */
export class Objects {
  constructor(
    private readonly connection: Connection,
    private readonly kind: Kind,
    private readonly warned: Set<string>,
  ) {}

  async create(inputs: Props, context: OperationContext): Promise<{ id: string; state: Props }> {
    const manager = managerOf(context.urn, inputs);
    const object = await this.patiently(inputs, "create", context, async (cluster, place) => {
      const existing = await this.settled(cluster, place, context);
      if (existing !== undefined) {
        if (!this.connection.settings.upsert && !isManagedBy(existing, manager)) throw taken(existing);
        context.log("it is there already, from an earlier run of this stack: taken over");
      }
      return this.apply(cluster, place, inputs, { manager, dryRun: false }, context);
    });
    return this.whenReady(inputs, object, manager, context);
  }

  async update(id: string, olds: Olds, news: Props, context: OperationContext): Promise<Props> {
    const manager = managerOf(context.urn, news, olds.state);
    const object = await this.patiently(news, "update", context, async (cluster, place) => {
      const live = await cluster.get({ ...place, ...parseId(id) }, context.signal);
      if (live === undefined) context.log("it is gone: made again");
      const wanted = live === undefined ? news : ignoring(news, live, context.ignoreChanges);
      return this.apply(cluster, place, wanted, { manager, dryRun: false }, context);
    });
    return (await this.whenReady(news, object, manager, context)).state;
  }

  async read(id: string, olds: Olds, context: OperationContext) {
    const live = await this.live(id, context);
    if (live === undefined) return undefined;
    const isImport = Object.keys(olds.inputs).length === 0;
    const manager = managerOf(context.urn, olds.inputs, olds.state);
    const inputs = isImport
      ? importedInputs(live)
      : await this.drift(id, olds.inputs, live, manager, context);
    const found = { id: idOfObject(live), inputs, state: stateOf(live, inputs, manager) };
    const rule = ruleOf(this.kind);
    if (isImport || rule === undefined || isAnnotated(inputs, ANNOTATIONS.skipAwait)) return found;
    const why = await unreadiness(rule, live, this.look(context.signal));
    if (why !== undefined) throw new PartialFailure(found.id, found.state, [`is not ready: ${why}`], inputs);
    return found;
  }

  async delete(id: string, olds: Olds, context: OperationContext): Promise<void> {
    const cluster = this.connection.cluster();
    const place: Place = { kind: this.kind, ...parseId(id) };
    try {
      if (await removed(cluster, place, olds.inputs, context.signal))
        await untilGone(cluster, place, olds, context);
    } catch (error) {
      // With its definition went everything of that kind.
      if (error instanceof NoSuchKind) return;
      throw advised(error, "delete", { ...olds.inputs, ...this.kind });
    }
  }

  /** One apply; a dry run changes nothing and is answered as the real one would be. */
  async apply(
    cluster: Cluster,
    place: Place,
    inputs: Props,
    { manager, dryRun }: { readonly manager: string; readonly dryRun: boolean },
    context: OperationContext,
  ): Promise<Props> {
    const force = this.connection.settings.force || isAnnotated(inputs, ANNOTATIONS.patchForce);
    const body = withMetadata(toApply(inputs), { name: place.name, namespace: place.namespace });
    const once = (forced: boolean) =>
      cluster.apply(place, body, { manager, force: forced, dryRun }, context.signal);
    const { object, warnings } = await once(force).catch((error: unknown) => {
      if (error instanceof ApiError && isTakeover(error)) return once(true);
      throw error;
    });
    for (const warning of warnings) this.warn(warning, context);
    return object;
  }

  /** Where the inputs put the object. */
  async placeOf(cluster: Cluster, inputs: Props, signal: AbortSignal): Promise<Place> {
    const name = textAt(inputs, "metadata", "name") ?? "";
    const namespaced = await cluster.isNamespaced(this.kind, signal);
    const namespace = textAt(inputs, "metadata", "namespace") ?? this.connection.defaultNamespace;
    return { kind: this.kind, name, namespace: namespaced ? namespace : undefined };
  }

  /** A warning of the server, once in a run. */
  private warn(warning: string, context: OperationContext): void {
    if (this.connection.settings.quietDeprecations && /deprecated/.test(warning)) return;
    if (this.warned.has(`${context.urn} ${warning}`)) return;
    this.warned.add(`${context.urn} ${warning}`);
    context.warn(warning);
  }

  /** Tries again what fails only because something beside it is not there yet; other refusals get advice. */
  private async patiently(
    inputs: Props,
    action: string,
    context: OperationContext,
    work: (cluster: Cluster, place: Place) => Promise<Props>,
  ): Promise<Props> {
    const cluster = this.connection.cluster();
    for (let attempt = 0; ; attempt++) {
      try {
        return await work(cluster, await this.placeOf(cluster, inputs, context.signal));
      } catch (error) {
        const passing = error instanceof NoSuchKind || (error instanceof ApiError && isPassing(error));
        if (!passing || attempt >= RETRIES) throw advised(error, action, inputs);
        context.log(`tried again in a moment: ${error.message}`);
        await sleep(FIRST_RETRY_MS * 1.5 ** attempt, undefined, { signal: context.signal });
      }
    }
  }

  /** What is there; one that is on its way out is waited for. */
  private async settled(
    cluster: Cluster,
    place: Place,
    context: OperationContext,
  ): Promise<Props | undefined> {
    const existing = await cluster.get(place, context.signal);
    if (textAt(existing, "metadata", "deletionTimestamp") === undefined) return existing;
    await untilGone(cluster, place, { inputs: {}, state: existing ?? {} }, context);
    return undefined;
  }

  private async live(id: string, context: OperationContext): Promise<Props | undefined> {
    try {
      return await this.connection.cluster().get({ kind: this.kind, ...parseId(id) }, context.signal);
    } catch (error) {
      if (error instanceof NoSuchKind) return undefined;
      throw advised(error, "read", { ...this.kind, metadata: { ...parseIdProps(id) } });
    }
  }

  private async drift(
    id: string,
    inputs: Props,
    live: Props,
    manager: string,
    { signal }: OperationContext,
  ): Promise<Props> {
    const place: Place = { kind: this.kind, ...parseId(id) };
    const body = withMetadata(toApply(inputs), { name: place.name, namespace: place.namespace });
    const options = { manager, force: true, dryRun: true };
    // Where the server will not say (no right to apply, a field that is fixed), the inputs are what is expected.
    const expected = await this.connection
      .cluster()
      .apply(place, body, options, signal)
      .then(
        ({ object }) => object,
        () => body,
      );
    return driftedInputs(inputs, expected, live);
  }

  private async whenReady(inputs: Props, made: Props, manager: string, context: OperationContext) {
    const result = (object: Props) => ({ id: idOfObject(object), state: stateOf(object, inputs, manager) });
    const rule = ruleOf(this.kind);
    if (rule === undefined || isAnnotated(inputs, ANNOTATIONS.skipAwait)) return result(made);
    const cluster = this.connection.cluster();
    const place: Place = { kind: this.kind, ...parseId(idOfObject(made)) };
    try {
      const fetch = (signal: AbortSignal) => cluster.get(place, signal);
      const waiting = { rule, fetch, look: (signal: AbortSignal) => this.look(signal) };
      return result(await untilReady(waiting, made, context));
    } catch (error) {
      // It is there, whatever happened since: the engine has to know.
      const { id, state } = result(error instanceof NotReady ? error.object : made);
      const reasons = error instanceof NotReady ? error.reasons : [String(error)];
      const fix = admissionFix(reasons.join(), place.namespace ?? "");
      const advice = fix === undefined ? [] : [`fix: ${fix}`];
      throw new PartialFailure(id, state, [`${titleOf(made)} is made, and not ready`, ...reasons, ...advice]);
    }
  }

  private look(signal: AbortSignal): Look {
    const cluster = this.connection.cluster();
    return {
      get: (kind, namespace, name) => cluster.get({ kind, namespace, name }, signal),
      list: (kind, namespace, query) => cluster.list(kind, namespace, query, signal),
    };
  }
}

function idOfObject(object: Props): string {
  const metadata = propsAt(object, "metadata");
  return idOf(textAt(metadata, "namespace"), textAt(metadata, "name") ?? "");
}

function parseIdProps(id: string): Props {
  const { namespace, name } = parseId(id);
  return namespace === undefined ? { name } : { name, namespace };
}

/** There is one by that name, which this stack has not made. */
export function taken(existing: Props): Error {
  const id = idOfObject(existing);
  return new Error(
    `${titleOf(existing)} exists already, and this stack has not made it\n` +
      `  fix: take it in with the resource option import: "${id}", choose another name, or remove it: ` +
      `kubectl delete ${String(existing["kind"]).toLowerCase()} ${id.includes("/") ? `-n ${id.replace("/", " ")}` : id}`,
  );
}
