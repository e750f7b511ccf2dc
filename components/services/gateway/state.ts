import type { Json } from "./caddy";

/** Metric that says whether a service is ready, 0 or 1, by the label `service`. A recording rule of Prometheus makes it. */
export const STATE_METRIC = "semblance_service_up";

/** How far back the home page looks for the last change of a state, and how finely. */
const WINDOW = "24h:30s";

/**
 * The one question that the gateway puts to Prometheus for the home page. Each line of the answer has the label `fact`:
 * `up` is the state now; `last_down`, `last_up` and `first_seen` are Unix times out of the last day, from which the page
 * tells "starting" from "down", and since when.
 */
export const stateQuery = [
  `label_replace(${STATE_METRIC}, "fact", "up", "", "")`,
  seen("last_down", "max", `${STATE_METRIC} == 0`),
  seen("last_up", "max", `${STATE_METRIC} == 1`),
  seen("first_seen", "min", STATE_METRIC),
].join(" or ");

function seen(fact: string, which: "min" | "max", condition: string): string {
  return `label_replace(${which}_over_time(timestamp(${condition})[${WINDOW}]), "fact", "${fact}", "", "")`;
}

/** Puts the question in place of whatever the client asked for. */
export const askState = {
  handler: "rewrite",
  method: "GET",
  uri: `/api/v1/query?query=${encodeURIComponent(stateQuery)}`,
} satisfies { readonly handler: string; readonly [key: string]: Json };
