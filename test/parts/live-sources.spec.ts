import assert from "node:assert/strict";
import { logsOf } from "../support/engine";
import { shown } from "./live-copy";
import { live } from "./live-edit";
import { LiveWorld } from "./live-world";

describe("our Python in development mode", function () {
  this.timeout(600_000);
  const world = new LiveWorld();
  const { copy } = world;
  const logs = (name: string) => logsOf(world.containers.get(name)?.id ?? "");
  before(() => world.open());
  after(() => world.close());

  it("is what Label Studio answers by", () =>
    live(
      "Label Studio's server",
      world.containers.get("label-studio"),
      60,
      () =>
        copy.edit(copy.file("label-studio/app", "semblance_wsgi.py"), '{"live": True}', '{"live": "edited"}'),
      async () => (await world.ask("label-studio", 8443, "/livez")).body.includes("edited"),
    ));

  it("is what its worker runs", () =>
    live(
      "Label Studio's worker",
      world.containers.get("label-studio-worker"),
      60,
      () =>
        copy.edit(
          copy.file("label-studio/app", "semblance_worker.py"),
          "import rq\n",
          'import rq\nprint("edited")\n',
        ),
      async () => (await logs("label-studio-worker")).includes("edited\n"),
    ));

  it("is what its exporter says", () =>
    live(
      "Label Studio's exporter",
      world.containers.get("label-studio-exporter"),
      30,
      () => copy.edit(copy.file("label-studio/app", "exporter_metrics.py"), '"Projects."', '"Edited."'),
      async () =>
        (
          await world.ask("label-studio-exporter", 9400, "/metrics", world.scrape).catch(() => ({ body: "" }))
        ).body.includes("Edited."),
    ));

  it("is what MLflow answers by", () =>
    live(
      "MLflow's server",
      world.containers.get("mlflow"),
      240,
      () =>
        copy.edit(
          copy.file("mlflow/app", "semblance_front.py"),
          '{"ready": ready',
          '{"edited": 1, "ready": ready',
        ),
      async () => (await world.ask("mlflow", 5000, "/readyz")).body.includes("edited"),
    ));

  it("mends a server that a mistake in it has stopped", async () => {
    const file = copy.file("mlflow/app", "semblance_front.py");
    copy.edit(file, "class Front:", "class Front");
    await shown("the mistake to be told", 60, async () => (await logs("mlflow")).includes("SyntaxError"));
    copy.edit(file, "class Front", "class Front:");
    await shown("the answer", 240, async () => (await world.ask("mlflow", 5000, "/readyz")).status === 200);
  });

  it("logs at debug level, and no password", async () => {
    await world.ask("label-studio", 8443, "/user/login/");
    await world.ask("mlflow", 5000, "/api/2.0/mlflow/experiments/search?max_results=1", world.scrape);
    for (const [name] of world.containers) {
      const text = await logs(name);
      if (name !== "label-studio-exporter") assert.match(text, /"level": "DEBUG"|DEBUG:|\d \. |\d - /, name);
      for (const [of, password] of world.passwords) {
        assert.ok(!text.includes(password), `${name} tells the password of ${of.username}`);
        const basic = Buffer.from(`${of.username}:${password}`).toString("base64");
        assert.ok(!text.includes(basic), `${name} tells the header of ${of.username}`);
      }
    }
  });
});
