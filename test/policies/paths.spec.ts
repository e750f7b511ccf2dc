import assert from "node:assert/strict";
import { edit, put } from "./paths";

const container = () => ({
  envs: ["A=1", "B=2"],
  labels: { "app.kubernetes.io/name": "web" },
  mounts: [{ name: "data", readOnly: true }, { name: "home" }],
});

describe("policies: a path to what a mutation changes", () => {
  it("leads by keys, by keys with dots, by places and by names", () => {
    const it = container();
    put(it, "labels[app.kubernetes.io/name]", "db");
    put(it, "mounts.1.readOnly", true);
    put(it, "mounts[data].readOnly", false);
    put(it, "envs[B]", "B=3");
    assert.deepEqual(it, {
      envs: ["A=1", "B=3"],
      labels: { "app.kubernetes.io/name": "db" },
      mounts: [
        { name: "data", readOnly: false },
        { name: "home", readOnly: true },
      ],
    });
  });

  it("adds an element to a list, and makes the list where there is none", () => {
    const it: Record<string, unknown> = container();
    put(it, "envs[+]", "C=3");
    put(it, "ports[+]", { external: 80 });
    assert.deepEqual([it["envs"], it["ports"]], [["A=1", "B=2", "C=3"], [{ external: 80 }]]);
  });

  it("takes away an element without a hole, and a key", () => {
    const it = container();
    put(it, "envs[A]", undefined);
    put(it, "mounts[data].readOnly", undefined);
    assert.deepEqual([it.envs, it.mounts], [["B=2"], [{ name: "data" }, { name: "home" }]]);
  });

  it("replaces a part of a text as it is written", () => {
    const it = container();
    edit(it, "envs[A]", ["1", "$&"]);
    assert.deepEqual(it.envs, ["A=$&", "B=2"]);
  });

  it("says so when a list has no such element, or a text no such part", () => {
    assert.throws(() => put(container(), "mounts[logs].readOnly", true), /mounts\[logs\].*no logs/);
    assert.throws(() => edit(container(), "envs[A]", ["2", "3"]), /no text with 2/);
  });
});
