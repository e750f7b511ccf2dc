import type { Olds, OperationContext } from "../base/resource";
import { hasUnknown, type Props } from "../base/value";
import { advised, isConflict, isImmutable, isMissingNamespace, isWrong } from "./advice";
import type { Cluster, Place } from "./api/cluster";
import { ApiError, NoSuchKind, Unreachable } from "./api/errors";
import type { Connection } from "./connection";
import { ignoring } from "./ignore";
import { idOf, type Kind, listAt, parseId } from "./manifest";
import { type Objects, taken } from "./objects";
import { dryRunOf, isManagedBy, managerOf, previewOf } from "./state";

/** A namespace that every cluster has: where a manifest is held against its schema before its own is made. */
const ANY_NAMESPACE = "default";
const PROBE = "-preview";
const LONGEST_NAME = 63;

/** Previews by the server's dry run where there is a server, by the inputs where there is none yet. */
export class Previews {
  constructor(
    private readonly connection: Connection,
    private readonly kind: Kind,
    private readonly objects: Objects,
    /** What has been said about the cluster in this run. */
    private readonly said: Set<string>,
  ) {}

  async create(inputs: Props, context: OperationContext): Promise<Props> {
    const manager = managerOf(context.urn, inputs);
    return this.orInputs(inputs, "create", context, async (cluster) => {
      const place = await this.objects.placeOf(cluster, inputs, context.signal);
      const existing = await cluster.get(place, context.signal);
      if (existing !== undefined && !this.connection.settings.upsert && isForeign(existing, manager))
        throw taken(existing);
      // One that will be replaced: the new one is tried under another name, beside it.
      const name = existing === undefined ? place.name : probeName(place.name);
      const object = await this.tried(cluster, { ...place, name }, inputs, manager, context);
      return object === undefined ? previewOf(inputs) : dryRunOf(this.kind, object, inputs);
    });
  }

  async update(id: string, olds: Olds, news: Props, context: OperationContext): Promise<Props> {
    const manager = managerOf(context.urn, news, olds.state);
    return this.orInputs(news, "update", context, async (cluster) => {
      const place: Place = { kind: this.kind, ...parseId(id) };
      const live = await cluster.get(place, context.signal);
      if (live === undefined) return previewOf(news);
      const wanted = ignoring(news, live, context.ignoreChanges);
      const object = await this.objects.apply(cluster, place, wanted, { manager, dryRun: true }, context);
      return { ...olds.state, ...dryRunOf(this.kind, object, news) };
    });
  }

  /** In its namespace; where that is not made yet, in another, for what is wrong wherever it is. */
  private async tried(
    cluster: Cluster,
    place: Place,
    inputs: Props,
    manager: string,
    context: OperationContext,
  ): Promise<Props | undefined> {
    const dryRun = { manager, dryRun: true };
    try {
      return await this.objects.apply(cluster, place, inputs, dryRun, context);
    } catch (error) {
      if (!(error instanceof ApiError) || !isMissingNamespace(error)) throw error;
    }
    const elsewhere = { ...place, namespace: ANY_NAMESPACE };
    // Rules of that namespace, and its warnings, are not what this object will meet.
    const quiet = { ...context, warn: () => undefined };
    try {
      await this.objects.apply(cluster, elsewhere, inputs, dryRun, quiet);
    } catch (error) {
      if (error instanceof ApiError && isWrong(error)) throw error;
    }
    return undefined;
  }

  /** What is wrong in itself stops a preview; what may be right by the time of the `up` is a warning. */
  private async orInputs(
    inputs: Props,
    action: string,
    context: OperationContext,
    work: (cluster: Cluster) => Promise<Props>,
  ): Promise<Props> {
    const cluster = this.connection.known();
    if (cluster === undefined || hasUnknown(inputs)) return previewOf(inputs);
    try {
      return await work(cluster);
    } catch (error) {
      if (error instanceof Unreachable) {
        if (!this.said.has("unreachable")) context.warn(`previewed without the cluster: ${error.message}`);
        this.said.add("unreachable");
        return previewOf(inputs);
      }
      // Its definition is made in the same run.
      if (error instanceof NoSuchKind) return previewOf(inputs);
      if (!(error instanceof ApiError)) throw error;
      const better = advised(error, action, inputs);
      if (isWrong(error) || isConflict(error) || isImmutable(error)) throw better;
      context.warn(better instanceof Error ? better.message : String(better));
      return previewOf(inputs);
    }
  }
}

/** Neither of this resource nor, as far as one can see, of any Pulumi stack. */
function isForeign(existing: Props, manager: string): boolean {
  const isPulumis = listAt(existing, "metadata", "managedFields").some((entry) =>
    String(entry["manager"]).startsWith("pulumi-"),
  );
  return !isManagedBy(existing, manager) && !isPulumis;
}

function probeName(name: string): string {
  return idOf(undefined, `${name.slice(0, LONGEST_NAME - PROBE.length)}${PROBE}`);
}
