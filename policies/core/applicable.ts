import { AsyncLocalStorage } from "node:async_hooks";

/**
 * What a request of the engine is about, for whatever runs within it. One for all: every further one would cost each promise of
 * the process a property.
 */
const request = new AsyncLocalStorage<readonly string[]>();

/** Notes the types of what this request is about. */
export const noteTypes = (types: readonly string[]): void => request.enterWith(types);

/**
 * The function of a policy, which the SDK skips where none of the types is at hand.
 *
 * The SDK reads everything anew for every policy, most of what a pack costs, unless the policy's function bears a type token
 * that is not there (`validateResourceOfType` gives it one). Rules are for many tokens; so here the function answers by the
 * request at hand. Each request of the engine runs in an asynchronous context of its own, and the first policy that runs notes
 * in it what the request is about. Without a note (another SDK, another order) no function bears a token, and every rule runs
 * and finds out for itself: slower, and never one rule fewer.
 */
export function whereApplicable<F extends (...args: never[]) => void>(
  types: ReadonlySet<string>,
  validate: F,
): F {
  const [one] = types;
  return Object.defineProperty(validate, "__pulumiType", {
    get: () => {
      const there = request.getStore();
      return there === undefined || there.some((type) => types.has(type)) ? undefined : one;
    },
  });
}
