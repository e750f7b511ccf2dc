import { deepEqual, match, ok, rejects } from "node:assert/strict";
import { until } from "../support/until";
import { docker, failure, IMAGE, importTinyImage, leftovers, PREFIX } from "./docker-provider-bench";
import { type Fields, partialDetails, type Recorded, ServedProvider } from "./docker-provider-client";

const SECRET = "correct-horse-battery";
const SICK = {
  tests: ["CMD-SHELL", "echo I know $TOKEN; false"],
  interval: "300ms",
  timeout: "5s",
  retries: 1,
};

describe("docker provider when a container does not come up", function () {
  this.timeout(60_000);
  let provider: ServedProvider;
  const made: [string, Recorded][] = [];

  before(async () => {
    await importTinyImage();
    provider = await ServedProvider.start();
  });

  afterEach(async () => {
    for (const [type, recorded] of made.splice(0).reverse()) await provider.delete(type, "x", recorded);
    deepEqual(await leftovers(), [], "a test leaves nothing on the engine");
  });

  after(async () => {
    await provider.stop();
    await docker.getImage(IMAGE).remove();
  });

  async function create(type: string, inputs: Fields): Promise<Recorded> {
    const recorded = await provider.create(type, "x", inputs);
    made.push([type, recorded]);
    return recorded;
  }

  const container = (name: string, inputs: Fields = {}): Fields => ({
    name: `${PREFIX}-${name}`,
    image: IMAGE,
    command: ["/bin/sleep", "600"],
    ...inputs,
  });

  it("makes a service that dies at once a failure, which the next up replaces", async () => {
    const inputs = container("dies", { command: ["/bin/sh", "-c", "exit 7"] });
    const error = await failure(provider.create("container", "x", inputs));
    match(
      error.message,
      new RegExp(`container "${PREFIX}-dies" ended right after its start: state exited; exit code 7`),
    );
    const dead = await docker.getContainer(`${PREFIX}-dies`).inspect();
    ok(partialDetails(error).includes(dead.Id), "the engine learns the id of what is left");
    const checked = await provider.check("container", "x", inputs);
    const failed = { id: dead.Id, inputs: checked, state: { ...checked, __failed: true } };
    made.push(["container", failed]);
    deepEqual((await provider.diff("container", "x", failed, inputs)).replaces, ["__failed"]);
  });

  it("tells why an unhealthy container failed, and not what it knows", async () => {
    const inputs = container("sick", {
      envs: [`TOKEN=${SECRET}`],
      healthcheck: SICK,
      wait: true,
      waitTimeout: 1,
    });
    const error = await failure(provider.create("container", "x", inputs));
    made.push(["container", { id: `${PREFIX}-sick`, inputs: {}, state: {} }]);
    match(error.message, /is not healthy after 1 s \(waitTimeout\): state running; health \w+/);
    match(
      error.message,
      new RegExp(`the last check said: I know \\[redacted\\]\n.*docker logs ${PREFIX}-sick`),
    );
    ok(!error.message.includes(SECRET));
  });

  it("leaves nothing of a container that could not be started", async () => {
    await create(
      "container",
      container("first", { ports: [{ internal: 80, external: 39_471, ip: "127.0.0.1" }] }),
    );
    const failures: readonly [RegExp, Fields][] = [
      [/no such file or directory/, { command: ["/bin/none"] }],
      [/port is already allocated/, { ports: [{ internal: 80, external: 39_471, ip: "127.0.0.1" }] }],
      [/network none-such not found/, { networksAdvanced: [{ name: "none-such" }] }],
      [/Could not find the file|not a directory/, { uploads: [{ file: "/bin/sh/x", content: "x" }] }],
    ];
    for (const [reason, inputs] of failures) {
      await rejects(provider.create("container", "x", container("half", inputs)), reason);
      deepEqual(await leftovers(), [`${PREFIX}-first`]);
    }
  });

  it("does not take over a container of the same name", async () => {
    await create("container", container("twice"));
    await rejects(
      provider.create("container", "x", container("twice")),
      new RegExp(`"${PREFIX}-twice" exists already.*\n.*docker rm -f ${PREFIX}-twice`),
    );
  });
});

describe("docker provider when its operator presses Ctrl-C", function () {
  this.timeout(60_000);
  let provider: ServedProvider;

  before(async () => {
    await importTinyImage();
    provider = await ServedProvider.start();
  });

  after(async () => {
    await provider.stop();
    await docker.getImage(IMAGE).remove();
  });

  it("removes the container that it is waiting for", async () => {
    const name = `${PREFIX}-slow`;
    const inputs = { name, image: IMAGE, command: ["/bin/sleep", "600"], healthcheck: SICK, wait: true };
    const creating = failure(provider.create("container", "x", inputs));
    await until({ what: "the container to run", limitSeconds: 10, everySeconds: 0.1 }, async () => {
      return (await docker.getContainer(name).inspect()).State.Running;
    });
    await provider.cancel();
    match((await creating).message, /stopped while container .* was starting; it is removed/);
    deepEqual(await leftovers(), []);
  });
});
