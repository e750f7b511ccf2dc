import { setTimeout as sleep } from "node:timers/promises";
import type { OperationContext } from "../../base/resource";
import type { Props } from "../../base/value";
import { explain, podsOf, podTroubles } from "./explain";
import { NO_PODS } from "./others";
import type { Look, Rule, Verdict } from "./verdict";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1500;
const STUCK_MS = 30_000;
const NO_PODS_MS = 10_000;
const POD_LOOK_MS = 5000;
/** The engine gives a cancelled provider 5 s: what is asked then has to be answered sooner. */
const EXPLAIN_MS = 3000;

/** The object is there, and is not what it is meant to become. */
export class NotReady extends Error {
  override readonly name = "NotReady";
  constructor(
    readonly object: Props,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join("; "));
  }
}

/** What a wait needs of the cluster. `look` takes the signal that its questions end with. */
export interface Waiting {
  readonly rule: Rule;
  fetch(signal: AbortSignal): Promise<Props | undefined>;
  look(signal: AbortSignal): Look;
}

/** Waits until the rule is content, saying what for; throws NotReady when it fails, is stuck, or the time is over. */
export async function untilReady(
  { rule, fetch, look }: Waiting,
  first: Props,
  { signal, log }: Pick<OperationContext, "signal" | "log">,
): Promise<Props> {
  let object = first;
  let pause = FIRST_PAUSE_MS;
  let last: Verdict = { kind: "waiting", why: "" };
  let since = Date.now();
  let lookedAtPods = Date.now();
  try {
    for (;;) {
      const verdict = await rule(object, look(signal));
      if (verdict.kind === "ready") return object;
      if (verdict.kind === "failed") throw await notReady(object, verdict.why, look);
      if (!isSame(verdict, last)) {
        log(verdict.why);
        [last, since] = [verdict, Date.now()];
      }
      if (verdict.kind === "stuck" && Date.now() - since > STUCK_MS)
        throw await notReady(object, verdict.why, look);
      if (verdict === NO_PODS && Date.now() - since > NO_PODS_MS) return object;
      if (Date.now() - lookedAtPods > POD_LOOK_MS) {
        lookedAtPods = Date.now();
        const troubles = (await podsOf(object, look(signal))).flatMap(podTroubles);
        if (troubles[0] !== undefined) log(`${verdict.why}; ${troubles[0]}`);
      }
      await sleep(pause, undefined, { signal });
      pause = Math.min(pause * 1.4, LONGEST_PAUSE_MS);
      const now = await fetch(signal);
      if (now === undefined)
        throw new NotReady(object, ["somebody removed it while it was being waited for"]);
      object = now;
    }
  } catch (error) {
    if (error instanceof NotReady || !signal.aborted) throw error;
    throw await notReady(object, whyOf(last), look);
  }
}

/** One look, without waiting: why the object is not ready, or undefined. */
export async function unreadiness(rule: Rule, object: Props, look: Look): Promise<string | undefined> {
  const verdict = await rule(object, look);
  return verdict === NO_PODS ? undefined : whyOf(verdict);
}

function whyOf(verdict: Verdict): string | undefined {
  return verdict.kind === "ready" ? undefined : verdict.why;
}

function isSame(a: Verdict, b: Verdict): boolean {
  return a.kind === b.kind && whyOf(a) === whyOf(b);
}

/** What the cluster says of it, if it says it soon: the reason itself does not depend on it. */
async function notReady(object: Props, why: string | undefined, look: Waiting["look"]): Promise<NotReady> {
  const details = await explain(object, look(AbortSignal.timeout(EXPLAIN_MS))).catch(() => []);
  if (why === undefined || why === "") return new NotReady(object, details);
  const more = details.filter((detail) => !detail.includes(why));
  return new NotReady(object, [why, ...new Set(more)]);
}
