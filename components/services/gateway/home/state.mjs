/** How the home page reads the answer of `/api/state`. No browser in it, so that it can be tested without one. */

/** As far back as the question looks (state.ts), less one step. */
const WINDOW_SECONDS = 24 * 3600 - 60;

/** Prometheus' answer as a map: service → { up, last_down, last_up, first_seen }. */
export function factsOf(answer) {
  const facts = new Map();
  for (const { metric, value } of answer.data.result) {
    const known = facts.get(metric.service) ?? {};
    known[metric.fact] = Number(value[1]);
    facts.set(metric.service, known);
  }
  return facts;
}

/** State of one service at `now` (Unix seconds): what it is, and since when as far as that is known. */
export function stateOf(facts, now) {
  if (facts?.up === undefined) return { state: "unknown" };
  const { up, last_down: lastDown, last_up: lastUp, first_seen: firstSeen } = facts;
  const beginning = firstSeen === undefined || now - firstSeen > WINDOW_SECONDS ? {} : { since: firstSeen };
  if (up === 1) return { state: "ready", ...(lastDown === undefined ? beginning : { since: lastDown }) };
  // Never ready in the window: it has yet to come up. Ready before: it went down.
  if (lastUp === undefined) return { state: "starting", ...beginning };
  return { state: "down", since: lastUp };
}

/** Seconds in words, roughly: people ask "just now or since yesterday?". */
export function spell(seconds) {
  if (seconds < 60) return "less than a minute";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return minutes === 0 || hours > 9 ? `${hours} h` : `${hours} h ${minutes} min`;
}

const words = { ready: "Ready", starting: "Starting", down: "Down", unknown: "Unknown" };

/** The two texts of a tile: the state, and for how long. */
export function describe({ state, since }, now) {
  if (state === "unknown") return { word: words.unknown, duration: "" };
  if (since !== undefined) return { word: words[state], duration: `for ${spell(Math.max(0, now - since))}` };
  return { word: words[state], duration: "for over a day" };
}

/** The line at the top of the page, out of the states of all tiles. */
export function summarise(states) {
  const count = (state) => states.filter((one) => one === state).length;
  const others = ["down", "starting", "unknown"]
    .map((state) => [state, count(state)])
    .filter(([, n]) => n > 0);
  if (others.length === 0) return { mood: "ready", text: `All ${states.length} services are ready` };
  const text = others.map(([state, n]) => `${n} ${state}`).join(", ");
  return { mood: others[0][0], text: `${count("ready")} of ${states.length} services ready, ${text}` };
}
