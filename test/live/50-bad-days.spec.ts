import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { pack } from "tar-stream";
import { z } from "zod";
import { docker, logsOf, objectsOf, readAll, serverOf } from "../support/engine";
import { publishedPort } from "../support/ports";
import { ScratchStack } from "../support/scratch";
import { type Ended, expectCode, project, root, stackName } from "../support/stack";

const SUBNETS = "10.93.0.0/20";
const LIMIT = { limitSeconds: 120 };

/** One message, for a person: no stack trace, and each of the parts. */
function tells(ended: Ended, ...parts: readonly (string | RegExp)[]): void {
  expectCode(1, ended);
  assert.equal(ended.output.match(/^error: /gm)?.length, 1, `not one message:\n${ended.output}`);
  assert.doesNotMatch(ended.output, /^\s+at .*:\d+:\d+\)?$/m, "a stack trace is no message");
  for (const part of parts) {
    const found = typeof part === "string" ? ended.output.includes(part) : part.test(ended.output);
    assert.ok(found, `the message does not say ${String(part)}:\n${ended.output}`);
  }
}

describe("bad input: one clear message, exit code 1, and nothing was changed", function () {
  this.timeout(300_000);
  let stack: ScratchStack;

  before(async () => {
    stack = await ScratchStack.create("selftest-wrong", SUBNETS);
  });
  after(async () => stack?.discard());
  afterEach(async () => {
    assert.deepEqual(await objectsOf(stack.name), { containers: [], networks: [], volumes: [] });
  });

  it("unknown key, misspelt profile, bad domain, range too small: all in one message, each with its remedy", async () => {
    await stack.configure({
      subnet: "10.93.0.0/20",
      profile: "cor",
      domain: "not a name",
      subnets: "10.93.0.0/30",
    });
    const ended = await stack.run("up", [], LIMIT);
    tells(
      ended,
      "4 problems",
      "subnet: unknown key",
      /profile: found "cor"; allowed: core \| full/,
      "domain: found",
      "subnets: found",
    );
    assert.equal(
      ended.output.match(/pulumi config (set|rm)/g)?.length,
      4,
      "a command that mends it, for each",
    );
  });

  it("memory for a service that does not exist", async () => {
    await stack.configure({ subnets: SUBNETS, memoryMiB: { postgress: 512 } });
    tells(await stack.run("up", [], LIMIT), "memoryMiB.postgress: unknown service", "postgres,");
  });

  it("a port that is taken, networks that overlap, memory that no machine has", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = z.object({ port: z.number() }).parse(server.address());
    try {
      await stack.configure({
        subnets: await subnetsOfBridge(),
        edge: { httpsPort: port },
        memoryMiB: { postgres: 1_048_576 },
      });
      tells(
        await stack.run("up", [], LIMIT),
        `port ${port} (settings.edge.httpsPort)`,
        "overlaps",
        "settings.memoryMiB.postgres",
      );
    } finally {
      server.close();
    }
  });

  it("the ports of another stack", async () => {
    const httpsPort = await publishedPort("https");
    await stack.configure({ subnets: SUBNETS, edge: { httpsPort, httpPort: await publishedPort("http") } });
    tells(await stack.run("up", [], LIMIT), `port ${httpsPort}`, `semblance-${stackName}-gateway`);
  });

  it("images from a registry that is not there", async () => {
    await stack.configure({
      subnets: SUBNETS,
      edge: { httpsPort: 28443, httpPort: 28080 },
      images: { source: "pull", mirror: "127.0.0.1:9/none" },
    });
    tells(await stack.run("up", [], LIMIT), "127.0.0.1:9/none");
  });

  it("no engine behind DOCKER_HOST", async () => {
    await stack.configure({ subnets: SUBNETS, edge: { httpsPort: 28443, httpPort: 28080 } });
    const env = { DOCKER_HOST: "unix:///nowhere/docker.sock" };
    tells(await stack.run("up", [], { ...LIMIT, env }), "/nowhere/docker.sock");
  });

  it("an option, a service, a login, a tier that does not exist", async () => {
    tells(await stack.run("up", ["--profil", "core"], LIMIT), "--profil", "--profile core|full");
    tells(
      await project("logs", ["postgress", "--stack", stackName]),
      'unknown service "postgress"',
      "postgres,",
    );
    tells(
      await project("password", ["nobody", "--stack", stackName]),
      'unknown login "nobody"',
      "label-studio",
    );
    tells(await project("test", ["--tier", "quick"]), '"quick"', "fast");
    tells(await project("status", ["--stack", "nosuch"], { env: stack.env }), "npm run up -- --stack nosuch");
  });

  it("a passphrase that is not the stack's, for a stack that runs", async () => {
    const before_ = await objectsOf(stackName);
    const env = { PULUMI_CONFIG_PASSPHRASE: "wrong" };
    tells(
      await project("up", ["--stack", stackName], { ...LIMIT, env }),
      `the passphrase does not open stack "${stackName}"`,
    );
    tells(await project("password", ["operator", "--stack", stackName], { env }), "passphrase");
    assert.deepEqual(await objectsOf(stackName), before_);
  });
});

describe("bad days: data of an older version of PostgreSQL", function () {
  this.timeout(60_000);
  const name = "t-live-old-postgres";

  after(async () => {
    await docker.getContainer(name).remove({ force: true, v: true });
    await docker.getVolume(name).remove();
  });

  it("is refused in words, and left as it was", async () => {
    const { Image, Config } = await serverOf("postgres");
    const script = await readFile(join(root, "components/services/postgres/start.sh"), "utf8");
    const container = await docker.createContainer({
      name,
      Image,
      Entrypoint: ["sh", "-c", script],
      ...(Config.User === undefined ? {} : { User: Config.User }),
      Env: Config.Env,
      HostConfig: {
        NetworkMode: "none",
        Mounts: [{ Type: "volume", Source: name, Target: "/var/lib/postgresql/data" }],
      },
    });
    const old = pack();
    old.entry({ name: "pgdata/PG_VERSION", uid: 999, gid: 999 }, "16\n");
    old.finalize();
    await container.putArchive(await readAll(old), { path: "/var/lib/postgresql/data" });
    await container.start();
    const { StatusCode } = await container.wait();
    assert.equal(StatusCode, 64);
    assert.match(await logsOf(name), /written by PostgreSQL 16, and this is 17\. Nothing was changed/);
    const files = await readAll(await container.getArchive({ path: "/var/lib/postgresql/data" }));
    assert.doesNotMatch(
      files.toString("latin1"),
      /pg_wal|postgresql\.conf/,
      "a new database was made over the old one",
    );
  });
});

/** A range that overlaps the one of the engine's own bridge. */
async function subnetsOfBridge(): Promise<string> {
  const { IPAM } = z
    .looseObject({ IPAM: z.object({ Config: z.array(z.looseObject({ Subnet: z.string() })) }) })
    .parse(await docker.getNetwork("bridge").inspect());
  const [a = "172", b = "17"] = (IPAM.Config[0]?.Subnet ?? "").split(".");
  return `${a}.${b}.0.0/20`;
}
