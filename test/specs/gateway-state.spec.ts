import assert from "node:assert/strict";
import type { Facts } from "../../components/services/gateway/home/state.mjs";

const NOW = 1_800_000_000;
const state = import("../../components/services/gateway/home/state.mjs");

describe("gateway: state of a service on the home page", () => {
  const cases: [string, Facts | undefined, string, string][] = [
    ["nothing known", undefined, "Unknown", ""],
    [
      "ready since it was down",
      { up: 1, last_down: NOW - 120, last_up: NOW, first_seen: NOW - 900 },
      "Ready",
      "for 2 min",
    ],
    [
      "ready from its first day on",
      { up: 1, last_up: NOW, first_seen: NOW - 5000 },
      "Ready",
      "for 1 h 23 min",
    ],
    [
      "ready for longer than the window",
      { up: 1, last_up: NOW, first_seen: NOW - 86_399 },
      "Ready",
      "for over a day",
    ],
    [
      "never ready yet",
      { up: 0, last_down: NOW, first_seen: NOW - 30 },
      "Starting",
      "for less than a minute",
    ],
    [
      "was ready before",
      { up: 0, last_up: NOW - 3600, last_down: NOW, first_seen: NOW - 9000 },
      "Down",
      "for 1 h",
    ],
    [
      "a clock that is ahead",
      { up: 0, last_up: NOW + 5, first_seen: NOW - 9 },
      "Down",
      "for less than a minute",
    ],
  ];
  for (const [name, facts, word, duration] of cases) {
    it(`${name}: ${word} ${duration}`, async () => {
      const { describe: tell, stateOf } = await state;
      assert.deepEqual(tell(stateOf(facts, NOW), NOW), { word, duration });
    });
  }

  it("reads Prometheus' answer", async () => {
    const { factsOf } = await state;
    const line = (service: string, fact: string, value: string) => ({
      metric: { service, fact },
      value: [NOW, value] as const,
    });
    const result = [line("a", "up", "1"), line("a", "first_seen", "17.5"), line("b", "up", "0")];
    assert.deepEqual(Object.fromEntries(factsOf({ data: { result } })), {
      a: { up: 1, first_seen: 17.5 },
      b: { up: 0 },
    });
  });

  it("sums up, the worst first", async () => {
    const { summarise } = await state;
    assert.deepEqual(summarise(["ready", "ready"]), { mood: "ready", text: "All 2 services are ready" });
    assert.deepEqual(summarise(["ready", "unknown", "starting", "down"]), {
      mood: "down",
      text: "1 of 4 services ready, 1 down, 1 starting, 1 unknown",
    });
  });
});
