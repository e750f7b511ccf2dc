import type { Properties, Schema } from "./schema";
import type { Props } from "./value";

export * from "./schema";
export * from "./value";

/** What Check knows besides the properties. */
export interface CheckContext {
  readonly urn: string;
  /** Last part of the URN: the name that the program gave. */
  readonly name: string;
  /** From the engine, for generated names. The engine may send another one each time: a resource keeps its old name. */
  readonly randomSeed: Uint8Array;
}

/** What an operation on the outside world knows besides the properties. */
export interface OperationContext {
  readonly urn: string;
  /** From the resource option customTimeouts, or the default of the operation. */
  readonly timeoutMs: number;
  /** Aborts on Cancel, on SIGINT and when the time is over: stop, clean up, throw. */
  readonly signal: AbortSignal;
  /** From the resource option of that name, in an update; the engine has put the old inputs there already. */
  readonly ignoreChanges: readonly string[];
  /** One line for the person who watches `pulumi up`; never a secret. */
  log(line: string): void;
  /** A line that stays on the screen after the operation. */
  warn(line: string): void;
}

/** A difference, as property paths ("uploads[0].content"). The base turns it into the engine's detailed diff. */
export interface Diff {
  readonly replace: readonly string[];
  readonly update: readonly string[];
  readonly deleteBeforeReplace?: boolean;
}

/** One property that Check refuses. `reason` never quotes the value. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** A resource as the last operation left it. */
export interface Olds {
  readonly inputs: Props;
  readonly state: Props;
}

/**
 * One resource type. The base calls `create`, `read`, `update` and `delete` only for real operations: in a preview it
 * asks `previewCreate` or `previewUpdate`, or answers itself, with the inputs and with every name in `outputs` unknown.
 */
export interface ResourceType {
  readonly properties: Properties;
  /** Outputs that are not inputs too: unknown in the preview of a create. */
  readonly outputs: readonly string[];
  /**
   * Types of what a create adds to its inputs, for a provider that only pretends. What is unknown in a preview, or `required` here,
   * is made up: the `default`, or something of the type, which is a text where nothing is said.
   */
  outputTypes?(): Schema;
  /** Outputs (of `outputs` or of `properties`) that are secret whatever the inputs are. */
  readonly secretOutputs?: readonly string[];
  /** The output that repeats the inputs: what is secret in them is secret in it. */
  readonly inputsOutput?: string;
  /** The name is fixed on the outside, so the old one must go first. */
  readonly deleteBeforeReplace?: boolean;
  /** After validation and defaults: automatic names, rules between properties. Values may be unknown. */
  check?(
    inputs: Props,
    olds: Props | undefined,
    context: CheckContext,
  ): Promise<{ inputs: Props; failures: readonly CheckFailure[] }>;
  /** Default: `schemaDiff`, the old inputs against the new ones, by the schema's `replaces` flags. */
  diff?(olds: Olds & { readonly id: string }, news: Props): Diff;
  /** What an operation may take where the program sets no customTimeouts. Default: 20 minutes. */
  timeoutMs?(inputs: Props): number;
  /** What a create would give, found without changing anything. Outputs that are left out are unknown to the program. */
  previewCreate?(inputs: Props, context: OperationContext): Promise<Props>;
  /** What an update would give, found without changing anything. */
  previewUpdate?(id: string, olds: Olds, news: Props, context: OperationContext): Promise<Props>;
  /** Outputs that a preview of this update cannot know. Default: none, the old state stands. */
  unknownAfterUpdate?(olds: Olds, news: Props): readonly string[];
  create(inputs: Props, context: OperationContext): Promise<{ id: string; state: Props }>;
  /** What is there now; undefined when it is gone. On import `olds` is empty. */
  read(
    id: string,
    olds: Olds,
    context: OperationContext,
  ): Promise<{ id: string; inputs: Props; state: Props } | undefined>;
  /** Absent: every change replaces. */
  update?(id: string, olds: Olds, news: Props, context: OperationContext): Promise<Props>;
  delete(id: string, olds: Olds, context: OperationContext): Promise<void>;
}

/**
 * Thrown by a create or update that made something, could not finish, and could not clean up ("init failed"), and by a
 * read that finds it so: the engine records the resource, and the next `up` tries again.
 */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  constructor(
    readonly id: string,
    readonly state: Props,
    readonly reasons: readonly string[],
    /** What a read found the inputs to be. Default: what came in. */
    readonly inputs?: Props,
  ) {
    super(reasons.join("; "));
  }
}

/** A provider plugin: serve it with `serve(provider)` from "./serve". */
export interface Provider {
  /** Package name: "docker". */
  readonly name: string;
  readonly version: string;
  /** The provider's configuration, checked as a resource's inputs are. */
  readonly configSchema: Properties;
  /** Its resources are made in this process: nothing is dialled, and so there is nothing to pretend. */
  readonly pure?: boolean;
  /** Configuration that says what to dial; while one of them is unknown, nothing is. */
  readonly dials?: readonly string[];
  /** Called once, with checked configuration, before any resource. Connect lazily: in a preview it may be unknown. */
  configure(config: Props): Promise<void>;
  /** By type token: "docker:index/container:Container". */
  readonly resources: Readonly<Record<string, ResourceType>>;
  /** A type whose token is not among `resources`; throws, saying why, or leaves the refusal to the base. */
  resourceOf?(token: string): ResourceType | undefined;
  /** What a change of the configuration means. Default: `schemaDiff`; `replace` makes every resource anew. */
  diffConfig?(olds: Props, news: Props): Diff;
}
