import assert from "node:assert/strict";
import { copyFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { settle } from "../../toolchain/commands/healing/heal";
import { freeLock } from "../../toolchain/commands/healing/lock";
import { runPulumi } from "../../toolchain/commands/run/run";
import { type OpenStack, selectStack } from "../../toolchain/commands/stack/open";
import { pendingOf, readState } from "../../toolchain/commands/stack/state";
import { silent } from "../../toolchain/progress";
import { ObjectStore } from "../support/object-store";
import { family } from "../support/process-tree";
import { expectCode, project, root } from "../support/stack";
import { CANARY, refusal, TinyProject } from "../support/tiny-project";
import { until } from "../support/until";

const STACK = "tiny";
const PROD = "s3test";
const LOCKS = `.pulumi/locks/organization/semblance-curation/${STACK}`;

const checkpointSchema = z.looseObject({
  checkpoint: z.looseObject({
    latest: z.looseObject({ resources: z.array(z.looseObject({ urn: z.string() })) }),
  }),
});

describe("a state in S3, as MinIO speaks it", function () {
  this.timeout(300_000);
  let store: ObjectStore;
  let tiny: TinyProject;
  let env: Record<string, string>;
  let stack: OpenStack;
  const file = (name: string): string => join(tiny.folder, name);

  before(async function () {
    const found = await ObjectStore.start();
    if (found === undefined) {
      console.log("      skipped: no image semblance-curation/minio on this engine; npm run up builds it");
      return this.skip();
    }
    store = found;
    tiny = await TinyProject.create();
    env = { ...store.keys, PULUMI_CONFIG_PASSPHRASE: "of a test" };
    stack = await tiny.stack(STACK, store.url("team"), env);
    await selectStack(stack, tiny.folder, true);
  });
  after(async () => {
    await rm(join(root, `Pulumi.${PROD}.yaml`), { force: true });
    await store?.remove();
    await tiny?.discard();
  });

  const up = (): Promise<string> => runPulumi(stack, "up", ["up"], undefined, silent);

  /** Starts an `up` that holds the stack until its file is removed. */
  async function holding(): Promise<{ pid: number; ended: Promise<unknown> }> {
    await rm(file("started"), { force: true });
    await writeFile(file("hold"), "");
    const cli = stack.cli.with({ HOLD: file("hold"), STARTED: file("started") });
    const ended = cli.follow(["up", "--yes", "--skip-preview", "--json"], () => undefined);
    const pid = await until({ what: "the lock", limitSeconds: 60 }, async () => {
      const [lock] = await store.objects(`team/${LOCKS}`);
      const held: unknown = lock === undefined ? undefined : JSON.parse(await store.content(lock));
      return typeof held === "object" && held !== null && "pid" in held ? Number(held.pid) : undefined;
    });
    return { pid, ended };
  }

  it("takes a stack up and down; its secrets are encrypted there", async () => {
    assert.match(await up(), /1/);
    assert.match(
      await stack.cli.capture(["stack", "output", "secret", "--show-secrets"]),
      new RegExp(CANARY),
    );
    await stack.cli.capture(["preview", "--expect-no-changes"]);
    const state =
      (await store.objects("team/.pulumi/stacks")).find((name) => name.endsWith(`${STACK}.json`)) ?? "";
    const text = await store.content(state);
    assert.ok(text.includes("ciphertext") && !text.includes(CANARY), text);
    assert.equal(await settle(stack, silent), false, "a free stack is left alone");
    await runPulumi(stack, "down", ["destroy"], undefined, silent);
  });

  const wrong: readonly (readonly [what: string, url: () => string, env: Record<string, string>, RegExp])[] =
    [
      ["other checksums", () => store.url("new", ""), {}, /add &request_checksum_calculation=when_supported/],
      ["no bucket", () => store.url("x", undefined, "nobucket"), {}, /there is no such bucket/],
      [
        "another key",
        () => store.url("team"),
        { AWS_SECRET_ACCESS_KEY: "wrong" },
        /not valid there \(SignatureDoesNotMatch\)/,
      ],
      [
        "no key",
        () => store.url("team"),
        { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
        /there are no credentials for AWS/,
      ],
      [
        "a typing error in the URL",
        () => store.url("team", "&s3ForcePathstyle=true"),
        {},
        /found the parameter "s3ForcePathstyle"/,
      ],
      [
        "nobody there",
        () => store.url("team").replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1"),
        {},
        /does not answer: dial tcp 127\.0\.0\.1:1/,
      ],
    ];
  for (const [what, url, more, message] of wrong)
    it(`says what to do about ${what}`, async () => {
      const { cli } = await tiny.stack(STACK, url(), { ...env, ...more });
      assert.match(await refusal(cli.capture(["stack", "ls"])), message);
    });

  it("has one run at a time: a second one says who is at work, and ours waits for a run of this machine", async () => {
    const { pid, ended } = await holding();
    assert.match(
      await refusal(up()),
      new RegExp(
        `^stack "tiny" is in use by .*@${hostname()} \\(process ${pid}, since .*\\n  fix: wait .*pulumi cancel`,
      ),
    );
    const steps: string[] = [];
    const waited = freeLock(stack, {
      ...silent,
      step: (title, work) => (steps.push(title), work(() => undefined)),
    });
    await until({ what: "the wait", limitSeconds: 60 }, () => steps.length > 0);
    assert.match(
      steps[0] ?? "",
      new RegExp(`^Waiting for another run on stack tiny \\(process ${pid}, since`),
    );
    await rm(file("hold"));
    await Promise.all([ended, waited]);
  });

  it("explains the lock of a run that was killed, and goes on when a person has removed it", async () => {
    const { pid, ended } = await holding();
    for (const one of family(pid)) process.kill(one.pid, "SIGKILL");
    await ended;
    await rm(file("hold"));
    const message = await refusal(settle(stack, silent));
    assert.match(
      message,
      new RegExp(`process ${pid}, since .*; no such process runs on this machine; nothing was changed`),
    );
    const [command] = /pulumi cancel --stack tiny --yes/.exec(message) ?? [];
    assert.ok(command !== undefined);
    await stack.cli.capture(["cancel", "--yes"]);
    assert.equal(await settle(stack, silent), false);
    await up();
  });

  it("leaves another machine's lock to its people, without a wait", async () => {
    const lock = {
      pid: process.pid,
      username: "ci",
      hostname: "runner-7",
      timestamp: new Date().toISOString(),
    };
    await store.put(`team/${LOCKS}/0a.json`, JSON.stringify(lock));
    assert.match(
      await refusal(settle(stack, silent)),
      /is in use by ci@runner-7 .*nothing was changed\n {2}fix: wait/,
    );
    assert.equal((await store.objects(`team/${LOCKS}`)).length, 1);
    await stack.cli.capture(["cancel", "--yes"]);
  });

  it("is mended after a run that left operations half done", async () => {
    await up();
    // `pulumi stack import` would leave them out, so the object is written as a killed run leaves it.
    const path = `.pulumi/stacks/semblance-curation/${STACK}.json`;
    const [object = ""] = await store.objects(`team/${path}`);
    const { checkpoint, ...more } = checkpointSchema.parse(JSON.parse(await store.content(object)));
    const [first] = checkpoint.latest.resources;
    const operation = { type: "creating", resource: { ...first, urn: `${first?.urn ?? ""}-half` } };
    const latest = { ...checkpoint.latest, pending_operations: [operation] };
    await store.put(`team/${path}`, JSON.stringify({ ...more, checkpoint: { ...checkpoint, latest } }));
    assert.equal(pendingOf(await readState(stack.cli)).length, 1);
    assert.equal(await settle(stack, silent), true);
    assert.equal(pendingOf(await readState(stack.cli)).length, 0);
  });

  it("serves this project's commands: a preview of prod, and the status of what is not there", async () => {
    await copyFile(join(root, "Pulumi.prod.yaml"), join(root, `Pulumi.${PROD}.yaml`));
    const options = {
      limitSeconds: 280,
      env: {
        ...env,
        PULUMI_BACKEND_URL: store.url("prod"),
        SEMBLANCE_PLUGINS: "closed-network",
        KUBECONFIG: file("none"),
      },
    };
    const { output } = expectCode(0, await project("preview", ["--stack", PROD], options));
    assert.match(output, /\+ \d{3} to create/);
    const status = await project("status", ["--stack", "nobody"], options);
    assert.equal(status.code, 1);
    assert.match(status.output, /there is no stack "nobody" in s3:\/\/state\/prod/);
  });
});
