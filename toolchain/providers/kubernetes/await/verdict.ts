import type { Props } from "../../base/value";
import { type Kind, listAt, textAt } from "../manifest";

/** What can be said of an object that is being waited for. */
export type Verdict =
  | { readonly kind: "ready" }
  | { readonly kind: "waiting"; readonly why: string }
  /** It may still pass, but not likely: a failure when it stays so. */
  | { readonly kind: "stuck"; readonly why: string }
  | { readonly kind: "failed"; readonly why: string };

/** Looks at other objects, where the one that is waited for does not say enough. */
export interface Look {
  get(kind: Kind, namespace: string | undefined, name: string): Promise<Props | undefined>;
  list(
    kind: Kind,
    namespace: string | undefined,
    query: { readonly labelSelector?: string; readonly fieldSelector?: string },
  ): Promise<Props[]>;
}

/** When an object of a kind is ready. */
export type Rule = (object: Props, look: Look) => Verdict | Promise<Verdict>;

export const READY: Verdict = { kind: "ready" };

/** Still on its way. */
export function waiting(why: string): Verdict {
  return { kind: "waiting", why };
}

/** It will not come to be. */
export function failed(why: string): Verdict {
  return { kind: "failed", why };
}

/** A condition of `status.conditions`. */
export function conditionOf(object: Props, type: string): Props | undefined {
  return listAt(object, "status", "conditions").find((condition) => condition["type"] === type);
}

/** True where the condition is there and true. */
export function isTrue(object: Props, type: string): boolean {
  return textAt(conditionOf(object, type), "status") === "True";
}

/** "FailedCreate: pods … is forbidden". */
export function saidBy(condition: Props | undefined): string {
  const [reason, message] = [textAt(condition, "reason"), textAt(condition, "message")];
  return [reason, message].filter(Boolean).join(": ");
}
