import { describe, factsOf, stateOf, summarise } from "./state.mjs";

const POLL_MILLISECONDS = 10_000;
const tiles = [...document.querySelectorAll("[data-service]")];
const summary = document.querySelector("#summary");
const login = document.querySelector("#login");

/** Writes a text only where it changed, so that a screen reader is not told the same thing every ten seconds. */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function show(facts) {
  const now = Date.now() / 1000;
  const states = tiles.map((tile) => {
    const state = stateOf(facts.get(tile.dataset.service), now);
    const { word, duration } = describe(state, now);
    tile.dataset.state = state.state;
    write(tile.querySelector(".word"), word);
    write(tile.querySelector(".duration"), duration);
    tile.querySelector(".state").title =
      state.since === undefined ? "" : `since ${new Date(state.since * 1000).toLocaleString()}`;
    return state.state;
  });
  const { mood, text } = summarise(states);
  summary.dataset.state = mood;
  write(summary, text);
}

function showUnknown(text) {
  for (const tile of tiles) {
    tile.dataset.state = "unknown";
    write(tile.querySelector(".word"), "Unknown");
    write(tile.querySelector(".duration"), "");
  }
  summary.dataset.state = "unknown";
  write(summary, text);
}

async function poll() {
  try {
    const response = await fetch("/api/state", {
      cache: "no-store",
      signal: AbortSignal.timeout(POLL_MILLISECONDS),
    });
    login.hidden = response.status !== 401;
    if (response.ok) show(factsOf(await response.json()));
    else if (response.status === 401) showUnknown("Log in to see the state of the services");
    else showUnknown("Prometheus does not answer; run npm run status");
  } catch {
    showUnknown("The state cannot be read; run npm run status");
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.dataset.done = "";
    setTimeout(() => delete button.dataset.done, 1500);
  });
}

// A page in the background asks nothing; it asks at once when it is looked at again.
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && poll());
setInterval(() => document.visibilityState === "visible" && poll(), POLL_MILLISECONDS);
await poll();
