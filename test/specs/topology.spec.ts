import assert from "node:assert/strict";
import { objectName } from "../../components/platforms/docker/names";
import {
  arrowName,
  arrows,
  arrowsFrom,
  arrowsTo,
  edge,
  memberNames,
  members,
  membersOf,
} from "../../components/topology";

/** A label of a DNS name: RFC 1123. */
const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

describe("topology", () => {
  it("has members whose names are DNS labels, in a container's name too", () => {
    for (const name of memberNames) {
      assert.match(name, DNS_LABEL);
      assert.ok(!name.includes("--"), `${name} could not be told apart in the name of an arrow`);
      assert.match(objectName("a-stack-of-20-letters", name), DNS_LABEL);
    }
  });

  it("says of each member what it is there for", () => {
    for (const name of memberNames) {
      const { title, does } = members[name];
      assert.match(title, /^[A-Z]/, name);
      assert.ok(does.length > 10 && does.length <= 60 && !does.endsWith("."), `${name}: ${does}`);
    }
  });

  it("has arrows between members, each once", () => {
    const names = arrows.map(arrowName);
    assert.deepEqual(
      names.filter((name, i) => names.indexOf(name) !== i),
      [],
      "drawn twice",
    );
    for (const { from, to, port } of arrows) {
      assert.ok(memberNames.includes(from) && memberNames.includes(to));
      assert.notEqual(from, to);
      assert.match(port, /^[a-z][a-z0-9-]*$/);
    }
  });

  it("says of each arrow why it is there", () => {
    for (const arrow of arrows) {
      assert.ok(arrow.as.length > 5 && !/^[A-Z]|\.$/.test(arrow.as), `${arrowName(arrow)}: ${arrow.as}`);
    }
  });

  it("has a network per arrow, shared by arrows between the same two, and at most by others to one port", () => {
    for (const { net, from, to, port } of arrows) {
      assert.ok(net > 0, "0 is the edge");
      for (const other of arrows.filter((arrow) => arrow.net === net)) {
        assert.equal(other.to, to, `network ${net}`);
        assert.ok(other.from === from || other.port === port, `network ${net}`);
      }
      const twins = arrows.filter((arrow) => arrow.from === from && arrow.to === to);
      assert.equal(new Set(twins.map((twin) => twin.net)).size, 1, `${from} finds ${to} at one address only`);
    }
  });

  it("leaves out with an absent member what has nothing to do without it", () => {
    const all = membersOf({ profile: "full", development: false });
    const some = membersOf({ profile: "full", development: false, absent: ["loki", "elasticsearch"] });
    const gone = [...all].filter((name) => !some.has(name)).sort();
    const searching = ["elasticsearch", "elasticsearch-exporter", "elasticsearch-setup"];
    assert.deepEqual(gone, [...searching, "grafana", "loki", "otel-agent", "otel-collector"]);
    assert.ok(!membersOf({ profile: "core", development: true }).has("loki"));
    assert.ok(membersOf({ profile: "core", development: true }).has("pgweb"));
  });

  it("has names of arrows that fit into 63 characters", () => {
    for (const arrow of arrows) assert.ok(arrowName(arrow).length <= 63, arrowName(arrow));
  });

  it("has no member that no arrow touches, and no job that is dialled", () => {
    for (const name of memberNames) {
      assert.ok(arrowsFrom(name).length + arrowsTo(name).length > 0, `${name} talks to nobody`);
      if (members[name].kind === "job") {
        assert.deepEqual(arrowsTo(name), [], `${name} is a job: it cannot be dialled`);
        assert.ok(arrowsFrom(name).length > 0, `${name} does nothing to anybody`);
      }
    }
  });

  it("can be started one after the other: only telemetry leads back", () => {
    const visit = (name: (typeof memberNames)[number], path: readonly string[]): void => {
      assert.ok(!path.includes(name), `a circle: ${[...path, name].join(" → ")}`);
      if (name === "prometheus" || name === "otel-collector") return;
      for (const { to } of arrowsFrom(name)) visit(to, [...path, name]);
    };
    for (const name of memberNames) visit(name, []);
  });

  it("opens the edge at a server that nobody inside has to pass", () => {
    assert.equal(members[edge.service].kind, "server");
    for (const port of edge.ports) {
      const inside = arrowsTo(edge.service).filter((arrow) => arrow.port === port);
      assert.deepEqual(inside, [], `${port} is for the outside`);
    }
  });
});
