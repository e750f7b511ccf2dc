import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");

/** What a program sees that Pulumi runs: `ts-node` with the project's own options, and the SDK. */
const PROGRAM = `
  require("ts-node").register({ project: "tsconfig.pulumi.json" });
  require("./components/core/promise-traces");
  const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
  const promise = Promise.resolve();
  debuggablePromise(promise, "test");
  const { imageRef } = require("./components/images");
  try {
    imageRef("container-exporter");
  } catch ({ stack }) {
    console.log(JSON.stringify({ promise: promise._debugStackTrace, error: stack }));
  }
`;

function traces(environment: NodeJS.ProcessEnv): { promise: string; error: string } {
  const env = { ...process.env, ...environment };
  return JSON.parse(
    execFileSync(process.execPath, ["-e", PROGRAM], { cwd: ROOT, env, encoding: "utf8" }),
  ) as {
    promise: string;
    error: string;
  };
}

describe("stack traces of the program", () => {
  it("are left out of promises", () => {
    assert.equal(traces({}).promise, "");
  });

  it("are in promises when Pulumi is asked for its report on leaks", () => {
    assert.match(traces({ PULUMI_DEBUG_PROMISE_LEAKS: "true" }).promise, /at /);
  });

  it("name the line of the source in errors", () => {
    const [, line] =
      /components\/images\.ts:(\d+)/.exec(traces({}).error) ?? assert.fail("no line of the source");
    const source = readFileSync(join(ROOT, "components", "images.ts"), "utf8").split("\n");
    assert.match(source[Number(line) - 1] ?? "", /throw new ConfigError/);
  });
});
