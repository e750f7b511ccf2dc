import assert from "node:assert/strict";
import { arrowsAmong, membersOf } from "../../components/topology";
import { factsOf, type Facts } from "../../toolchain/review/facts";
import type { Json, Resource } from "../../toolchain/review/model";
import type { Registered } from "../support/mocks";
import { runProgram } from "../support/program";
import { preview, resource } from "../support/review";

/** What the mocks record, as a preview would tell it. */
function told({ type, name, inputs }: Registered): Resource {
  const plain: { [key: string]: Json } = JSON.parse(JSON.stringify(inputs));
  return resource(type, name, plain);
}

/** The facts follow names and files of the program: here is whether they still find them. */
describe("reviews, facts of the program itself", function () {
  this.timeout(120_000);
  let facts: Facts;

  before(async () => {
    const { resources, result } = await runProgram({ profile: "full" });
    const { arrows } = result;
    assert.ok(Array.isArray(arrows));
    const outputs = { before: undefined, after: { arrows: arrows.map(String) } };
    facts = factsOf(preview({ after: resources.map(told), outputs }));
  });

  it("have the arrows of the topology, as the stack gives them out", () => {
    const present = membersOf({ profile: "full", development: false });
    const wanted = arrowsAmong(present).map(({ from, to, port }) => `${from} → ${to}:${port}`);
    assert.deepEqual(facts.arrows?.gained, wanted);
  });

  it("have the one door, and its hosts", () => {
    const shown = facts.exposure.gained.map(({ what, from }) => `${what} ${from}`.trim());
    assert.ok(
      shown.some((one) => /^port 8443\/tcp → gateway:\d+ 127\.0\.0\.1 of the host$/.test(one)),
      shown.join("\n"),
    );
    assert.ok(shown.includes("host prometheus.semblance.localhost"), shown.join("\n"));
    assert.ok(facts.exposure.gained.every(({ wide }) => !wide));
  });

  it("have people's roles at the gateway, and the rights of each service in each store", () => {
    assert.deepEqual(facts.rights.unread, []);
    const rights = facts.rights.gained.map(({ system, who, may, on }) => `${system}: ${who} ${may} ${on}`);
    for (const wanted of [
      "gateway: operator open pages prometheus.semblance.localhost",
      "gateway: everybody open pages with the service's own login label-studio.semblance.localhost",
      "minio: label-studio s3:PutObject arn:aws:s3:::label-studio/*",
      "minio: prometheus admin:Prometheus the server",
      "postgres: label_studio own database label_studio",
      "postgres: label_studio_exporter connect, and read what the owner shows database label_studio",
      "postgres: postgres_exporter read statistics the server",
      "postgres: postgres_backup read every row every database",
    ])
      assert.ok(rights.includes(wanted), `${wanted}\n${rights.join("\n")}`);
    for (const of of ["elasticsearch: jupyter ", "weaviate: jupyter ", "door: ollama: jupyter "])
      assert.ok(
        rights.some((one) => one.startsWith(of)),
        `${of}\n${rights.join("\n")}`,
      );
    assert.ok(!rights.includes("gateway: annotator open pages prometheus.semblance.localhost"));
  });

  it("have the images, and no cost on a Docker host", () => {
    assert.ok(facts.images.length > 15, String(facts.images.length));
    assert.equal(facts.cost, undefined);
  });
});
