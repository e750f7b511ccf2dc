import assert from "node:assert/strict";
import { questions } from "../../toolchain/commands/run/run";
import { RunReport } from "../../toolchain/commands/run/report";
import { publicOutputs, welcome } from "../../toolchain/commands/run/welcome";
import { explain } from "../../toolchain/commands/stack/explain";
import { styleOf } from "../../toolchain/terminal";

const CONTAINER = "docker:index/container:Container";
const urn = (type: string, name: string): string => `urn:pulumi:dev::semblance-curation::${type}::${name}`;

function step(op: string, type: string, name: string, label = "semblance.service") {
  const inputs = { labels: [{ label, value: name }] };
  return { metadata: { op, type, urn: urn(type, name), new: { inputs }, old: null } };
}

function report() {
  const said: string[] = [];
  const notes: string[] = [];
  let now = 0;
  const run = new RunReport(
    (line) => said.push(line),
    (line) => notes.push(line),
    () => now,
  );
  const event = (content: object, at: number): void => {
    now = at;
    run.line(JSON.stringify(content));
  };
  return { run, said, notes, event };
}

describe("report of a run of Pulumi", () => {
  it("tells a line per container and what is under way", () => {
    const { run, said, notes, event } = report();
    event({ resourcePreEvent: step("create", CONTAINER, "postgres") }, 0);
    event({ resourcePreEvent: step("create", CONTAINER, "setup", "semblance.job") }, 1_000);
    assert.equal(said.at(-1), "0 done · postgres 1s · setup 0s");
    event({ resOutputsEvent: step("create", CONTAINER, "postgres") }, 3_200);
    event({ resOutputsEvent: step("create", CONTAINER, "setup", "semblance.job") }, 4_000);
    event({ resOutputsEvent: step("create", "docker:index/network:Network", "net") }, 4_000);
    event({ resOutputsEvent: step("same", CONTAINER, "minio") }, 4_000);
    event({ summaryEvent: { resourceChanges: { create: 3, same: 1 } } }, 5_000);
    assert.deepEqual(notes, ["postgres ready 3.2s", "setup done 3.0s"]);
    assert.equal(run.summary(), "3 created, 1 unchanged");
  });

  it("counts what comes in dozens, and shows what a provider waits for just now", () => {
    const { said, notes, event } = report();
    for (const name of ["a", "b"])
      event({ resourcePreEvent: step("create", "docker:index/network:Network", name) }, 0);
    event({ resourcePreEvent: step("create", CONTAINER, "minio") }, 0);
    const waiting = {
      urn: urn(CONTAINER, "minio"),
      severity: "info",
      message: "health starting",
      ephemeral: true,
    };
    event({ diagnosticEvent: waiting }, 2_000);
    assert.equal(said.at(-1), "0 done · minio 2s (health starting) · 2 networks");
    assert.deepEqual(notes, []);
  });

  it("says that nothing changed", () => {
    const { run, event } = report();
    event({ summaryEvent: { resourceChanges: { same: 7 } } }, 0);
    assert.equal(run.summary(), "no changes, 7 unchanged");
  });

  it("names a workload on a cluster that failed, as kubectl asks for it", () => {
    const JOB = "kubernetes:batch/v1:Job";
    const { run, event } = report();
    const inputs = { metadata: { name: "minio-mlflow-setup", namespace: "semblance-dev-data" }, spec: {} };
    const metadata = {
      op: "create",
      type: JOB,
      urn: urn(JOB, "minio-mlflow-setup"),
      new: { inputs },
      old: null,
    };
    event({ resourcePreEvent: { metadata } }, 0);
    event({ resOpFailedEvent: { metadata } }, 1);
    event({ diagnosticEvent: { urn: metadata.urn, severity: "error", message: "BackoffLimitExceeded" } }, 2);
    const [failure] = run.failures();
    assert.equal(failure?.what, "job minio-mlflow-setup");
    assert.ok(failure.object);
    assert.deepEqual(questions(failure.object), [
      "what the cluster says: kubectl describe --namespace semblance-dev-data job/minio-mlflow-setup",
      "its log: kubectl logs --namespace semblance-dev-data --selector batch.kubernetes.io/job-name=minio-mlflow-setup --tail=-1",
    ]);
    const server = { kind: "statefulset", namespace: "semblance-dev-data", name: "minio" } as const;
    assert.deepEqual(questions(server, "prod"), [
      "what the cluster says: kubectl --context prod describe --namespace semblance-dev-data statefulset/minio",
      "its log: kubectl --context prod logs --namespace semblance-dev-data statefulset/minio",
    ]);
  });

  it("names what failed and why, without Pulumi's closing line", () => {
    const { run, event } = report();
    event({ resourcePreEvent: step("create", CONTAINER, "minio") }, 0);
    event({ resOpFailedEvent: step("create", CONTAINER, "minio") }, 1);
    const message = "<{%fg 1%}>not healthy<{%reset%}> after 20 s";
    event({ diagnosticEvent: { urn: urn(CONTAINER, "minio"), severity: "error", message } }, 2);
    event(
      {
        diagnosticEvent: {
          urn: urn("pulumi:pulumi:Stack", "s"),
          severity: "error",
          message: "update failed",
        },
      },
      3,
    );
    assert.deepEqual(run.failures(), [
      { what: "container minio", container: "minio", message: "not healthy after 20 s" },
    ]);
  });

  it("shows the project's own errors without the stack trace around them", () => {
    const { run, event } = report();
    const message =
      "failed with an unhandled exception:\n<ref *1> ConfigError: profile: found 1\n  fix: x\n    at load (a.ts:1:2)";
    event({ diagnosticEvent: { urn: urn("pulumi:pulumi:Stack", "s"), severity: "error", message } }, 0);
    assert.deepEqual(run.failures(), [
      { what: "the program", container: undefined, message: "profile: found 1\n  fix: x" },
    ]);
  });

  it("passes over lines that are no events", () => {
    const { run, notes } = report();
    for (const line of ["", "warning: x", "{", '{"sequence":1}']) run.line(line);
    assert.deepEqual(notes, []);
  });
});

describe("explanation of a failed Pulumi command", () => {
  const context = {
    stack: "dev",
    command: "up",
    passphraseFrom: "/home/a/passphrase",
    backendUrl: "file:///s",
  };
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      "a wrong passphrase",
      "error: get stack secrets manager: incorrect passphrase",
      /does not open stack "dev"; .*\/home\/a\/passphrase[\s\S]*encryptionsalt/,
    ],
    [
      "a missing passphrase",
      "error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or",
      /PULUMI_CONFIG_PASSPHRASE_FILE/,
    ],
    [
      "an unknown stack",
      "error: no stack named 'x' found",
      /no stack "x" in file:\/\/\/s\n  fix: npm run up -- --stack x/,
    ],
    [
      "a bad stack name",
      "error: a stack name may only contain alphanumeric",
      /found "dev"; allowed: letters/,
    ],
    [
      "a stack in use",
      "error: the stack is currently locked by 1 lock(s).\n  f: created by me@host (pid 7) at 2026-01-01T00:00:00Z",
      /in use by me@host \(process 7[\s\S]*pulumi cancel/,
    ],
    ["anything else", "error: \u001b[31mboom\u001b[0m", /pulumi up failed:\n    error: boom/],
  ];
  for (const [what, stderr, message] of cases) {
    it(`says what to do about ${what}`, () => assert.match(explain(stderr, context).message, message));
  }
});

describe("last screen of up", () => {
  const outputs = publicOutputs({
    urls: { home: "https://semblance.localhost:8443" },
    logins: [{ service: "label-studio", username: "admin@x", passwordOutput: "label-studio-admin" }],
    passwords: { ciphertext: "v1:abc" },
    caCertificate: "…",
  });
  const screen = (stack: string): string =>
    welcome(
      { stack, outputs, certificate: ".semblance/dev/ca.crt", elapsedMs: 61_000, summary: "3 created" },
      styleOf({ colors: false }),
    );

  it("says where to go, how to log in and how to trust the certificate, and shows no password", () => {
    for (const part of [
      "https://semblance.localhost:8443",
      "admin@x",
      "npm run password -- label-studio-admin",
      ".semblance/dev/ca.crt",
      "1m 01s",
    ]) {
      assert.ok(screen("dev").includes(part), part);
    }
    assert.ok(!screen("dev").includes("v1:abc"));
  });

  it("names the stack in its commands where it is not the default one", () => {
    assert.ok(screen("lab").includes("npm run password -- label-studio-admin --stack lab"));
    assert.ok(screen("lab").includes("npm run status -- --stack lab"));
    assert.ok(!screen("dev").includes("--stack"));
  });
});
