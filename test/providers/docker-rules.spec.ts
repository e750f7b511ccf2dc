import { deepEqual, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type Props, UNKNOWN, type Value } from "../../toolchain/providers/base/resource";
import { connect } from "../../toolchain/providers/docker/client";
import { CONTAINER_PROPERTIES } from "../../toolchain/providers/docker/container/properties";
import { containerDiff } from "../../toolchain/providers/docker/container/resource";
import { containerFailures } from "../../toolchain/providers/docker/container/rules";
import { FAILED } from "../../toolchain/providers/docker/container/state";
import { dropUnset } from "../../toolchain/providers/docker/normal";
import { dockerProvider } from "../../toolchain/providers/docker/provider";

const BASE: Props = { name: "web", image: "web:1", mustRun: true, start: true, restart: "no" };

describe("docker provider: inputs that cannot work are refused before anything is made", () => {
  const refused: readonly [string, Props, string][] = [
    ["a job that must go on", { attach: true }, "mustRun"],
    ["a job that removes itself", { attach: true, mustRun: false, rm: true }, "rm"],
    ["waiting for what is never started", { wait: true, start: false }, "wait"],
    ["an upload without content", { uploads: [{ file: "/a" }] }, "uploads[0]"],
    [
      "an upload with two contents",
      { uploads: [{ file: "/a", content: "x", contentBase64: "eA==" }] },
      "uploads[0]",
    ],
    ["a relative upload", { uploads: [{ file: "a", content: "x" }] }, "uploads[0]"],
    ["odd permissions", { uploads: [{ file: "/a", content: "x", permissions: "644" }] }, "uploads[0]"],
    ["an owner by name", { uploads: [{ file: "/a", content: "x", owner: "root" }] }, "uploads[0]"],
    [
      "a file on a read-only root",
      { readOnly: true, uploads: [{ file: "/etc/a", content: "x" }] },
      "uploads[0].file",
    ],
    ["a volume with no place", { volumes: [{ volumeName: "v" }] }, "volumes[0]"],
    ["a duration without a unit", { healthcheck: { interval: "10" } }, "healthcheck.interval"],
    ["GPUs by count", { gpus: "2" }, "gpus"],
    ["CPUs in words", { cpus: "two" }, "cpus"],
    ["an environment entry without a value", { envs: ["A=1", "B"] }, "envs[1]"],
    ["an empty word in a command", { command: ["sh", ""] }, "command[1]"],
  ];
  for (const [what, inputs, property] of refused) {
    it(what, () =>
      deepEqual(
        containerFailures({ ...BASE, ...inputs }).map((failure) => failure.property),
        [property],
      ),
    );
  }

  it("lets what is unknown pass", () => {
    const uploads: Value = [{ file: UNKNOWN, content: UNKNOWN }];
    deepEqual(
      containerFailures({ ...BASE, uploads, readOnly: true, envs: [UNKNOWN], healthcheck: UNKNOWN }),
      [],
    );
  });

  it("quotes no value", () => {
    const [failure] = containerFailures({ ...BASE, envs: ["topsecret"] });
    ok(!failure?.reason.includes("topsecret"));
  });
});

describe("docker provider: what a change of a container means", () => {
  const diff = (before: Props, after: Props, state: Props = {}) =>
    containerDiff({ inputs: { ...BASE, ...before }, state }, { ...BASE, ...after });

  it("changes limits and the restart policy in place", () => {
    const changed = diff({ memory: 32, restart: "no" }, { memory: 64, restart: "always" });
    deepEqual(changed.replace, []);
    deepEqual([...changed.update].sort(), ["memory", "restart"]);
  });

  it("replaces for anything else, and for a limit that is taken away", () => {
    ok(diff({ image: "web:1" }, { image: "web:2" }).replace.length > 0);
    ok(diff({ labels: [] }, { labels: [{ label: "a", value: "b" }] }).replace.length > 0);
    deepEqual(diff({ memory: 32 }, {}).replace, ["memory"]);
  });

  it("sees no difference in another order of a set", () => {
    const changed = diff(
      {
        envs: ["A=1", "B=2"],
        uploads: [
          { file: "/a", content: "1" },
          { file: "/b", content: "2" },
        ],
      },
      {
        envs: ["B=2", "A=1"],
        uploads: [
          { file: "/b", content: "2" },
          { file: "/a", content: "1" },
        ],
      },
    );
    deepEqual([changed.replace, changed.update], [[], []]);
  });

  it("replaces a container that failed to come up", () => {
    deepEqual(diff({}, {}, { [FAILED]: true }).replace, [FAILED]);
  });

  it("takes an empty list, text, zero or false for 'not set' where the official provider does", () => {
    const kept = dropUnset(
      {
        name: "w",
        user: "",
        envs: [],
        memory: 0,
        privileged: false,
        readOnly: false,
        mustRun: false,
        tmpfs: {},
      },
      CONTAINER_PROPERTIES,
    );
    deepEqual(kept, { name: "w", readOnly: false, mustRun: false });
  });
});

describe("docker provider: its properties are the official SDK's", () => {
  for (const [token, type] of Object.entries(dockerProvider("0.0.0").resources)) {
    const [, file = ""] = /index\/(\w+):/.exec(token) ?? [];
    it(`${file} takes no name that the SDK does not have`, () => {
      const source = readFileSync(require.resolve(`@pulumi/docker/${file}.js`), "utf8");
      const names = new Set([...source.matchAll(/resourceInputs\["(\w+)"\]/g)].map(([, name]) => name));
      deepEqual(
        [...Object.keys(type.properties), ...type.outputs].filter((name) => !names.has(name)),
        [],
      );
    });
  }
});

describe("docker provider: reaching the engine", () => {
  it("takes sockets and TCP addresses", () => {
    const modem = (host: string): unknown => connect({ host }).modem;
    sameFields(modem("unix:///run/x.sock"), { socketPath: "/run/x.sock" });
    sameFields(modem("tcp://example.test:1234"), { host: "example.test", port: 1234, protocol: "http" });
  });

  it("refuses what it cannot dial", () => {
    for (const host of ["ssh://me@host", "npipe:////./pipe/x", "host:2375", "/var/run/docker.sock"]) {
      try {
        connect({ host });
        ok(false, host);
      } catch (error) {
        ok(
          error instanceof Error && error.message.includes("unix:///path and tcp://host:port"),
          String(error),
        );
      }
    }
  });
});

function sameFields(actual: unknown, expected: Record<string, unknown>): void {
  const fields: [string, unknown][] = Object.entries(actual ?? {});
  deepEqual(Object.fromEntries(fields.filter(([key]) => key in expected)), expected);
}
