/**
 * What a review is made of: pure data between the parts that read previews, those that draw conclusions, and those that write
 * pages. Nothing in it is a secret: the engine has masked what is one.
 */
import type { PolicyResult } from "../policies/results";

/** Plain data, as the engine's events hold it. Unknown values are `UNKNOWN_TEXT`, secret ones `SECRET_TEXT`. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Properties = Readonly<Record<string, Json>>;

/** How the engine writes a value in its events that is not known before the deployment. */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** How the engine writes a secret in its events. */
export const SECRET_TEXT = "[secret]";

/** A resource at one side of a change. */
export interface Resource {
  readonly urn: string;
  /** Type token, such as `docker:index/volume:Volume`. */
  readonly type: string;
  /** Last part of the URN. */
  readonly name: string;
  readonly parent: string | undefined;
  /** Whether Pulumi refuses to delete it. */
  readonly protect: boolean;
  /** Whether it stays on the outside when Pulumi deletes it. */
  readonly retain: boolean;
  readonly inputs: Properties;
}

export const operations = ["create", "update", "replace", "delete"] as const;
export type Operation = (typeof operations)[number];

/** A property that changes. */
export interface PropertyChange {
  /** As in `spec.template.spec.containers[postgres].image`: what has a name in a list is found by it. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** Whether the resource is replaced because of it. */
  readonly replaces: boolean;
}

/** A resource that changes. */
export interface Change {
  readonly operation: Operation;
  readonly resource: Resource;
  /** The service that it belongs to, or a heading such as "network" for what belongs to none. */
  readonly group: string;
  readonly properties: readonly PropertyChange[];
}

/** One preview: what is there (or what the base would make), what would be, and the way between. */
export interface Preview {
  readonly stack: string;
  /** What it is compared with: the deployed state, or a commit. */
  readonly against: "state" | { readonly ref: string; readonly commit: string };
  readonly before: readonly Resource[];
  readonly after: readonly Resource[];
  /** Outputs of the program; undefined where there was nothing before, or the program fails. */
  readonly outputs: { readonly before: Properties | undefined; readonly after: Properties | undefined };
  /** In a stable order: worst first, then by group, type and name. */
  readonly changes: readonly Change[];
  /** Resources that stay as they are. */
  readonly same: number;
  readonly policies: readonly PolicyResult[];
  /** Errors and warnings of program, providers and engine; an error means that the preview is not whole. */
  readonly messages: readonly { readonly severity: "error" | "warning"; readonly text: string }[];
  readonly seconds: number;
}
