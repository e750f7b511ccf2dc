import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { z } from "zod";
import { arrowName, arrows, members, type ServiceName } from "../../components/topology";
import { containersOf, docker, label, serversOf } from "../support/engine";
import { arrowsPresent, servers } from "../support/present";
import { portNumbers, publishedPort } from "../support/ports";
import { OUTSIDE, Probes } from "../support/probe";
import { differences, type Reached } from "../support/reach";
import { stackName } from "../support/stack";

/** Who may reach what, as the topology has it, in numbers of ports. */
async function allowed(): Promise<Reached[]> {
  const portNumber = await portNumbers();
  const isServer = (name: ServiceName): boolean => members[name].kind === "server";
  return arrowsPresent()
    .filter(({ from, to }) => isServer(from) && isServer(to))
    .map(({ from, to, port }) => ({ from, to, port: portNumber(to, port) }));
}

describe("reachability: what connects is what topology/arrows.ts draws", function () {
  this.timeout(120_000);
  let probes: Probes;

  before(async () => {
    probes = await Probes.start();
  });
  after(async () => probes?.stop());

  it("every server of the topology runs, and nothing else does", async () => {
    assert.deepEqual([...(await serversOf()).keys()].sort(), [...servers()].sort());
  });

  it("tries every port at every address of every server from everywhere: arrows connect, and nothing else", async () => {
    const { seen, tried, posts } = await probes.tryAll();
    assert.ok(tried > 1000, `only ${tried} attempts were made`);
    const silent = posts.filter(({ listening }) => listening.length === 0).map(({ member }) => member);
    assert.deepEqual(silent, [...NO_PORTS], "these servers listen on no port at all");
    assert.deepEqual(differences(await allowed(), seen), []);
  });

  it("a network that somebody adds by hand is found, and named", async () => {
    const name = `t-live-${stackName}-by-hand`;
    const running = await serversOf();
    const pair = [running.get("redis-exporter"), running.get("postgres")].map((server) => server?.Id ?? "");
    const network = await docker.createNetwork({ Name: name, Internal: true });
    try {
      for (const Container of pair) await network.connect({ Container });
      const { seen } = await probes.tryAll();
      assert.deepEqual(differences(await allowed(), seen), [
        "redis-exporter -> postgres:5432 connects, and topology/arrows.ts has no such arrow",
      ]);
    } finally {
      for (const Container of pair) await network.disconnect({ Container, Force: true });
      await network.remove();
    }
  });

  it("a network holds the two ends of its arrow and nobody else, jobs that have ended included", async () => {
    const networks = await docker.listNetworks({ filters: { label: [`${label.stack}=${stackName}`] } });
    // A network is called after the first of its arrows; most have one.
    const netOf = new Map(
      networks.map(({ Name, Labels }) => [
        Name,
        arrows.find((arrow) => arrowName(arrow) === Labels?.[label.arrow])?.net,
      ]),
    );
    for (const container of await containersOf()) {
      const { [label.service]: service, [label.job]: job } = container.Config.Labels;
      for (const network of Object.keys(container.NetworkSettings.Networks)) {
        const ends = arrowsPresent().filter(({ net }) => net === netOf.get(network));
        if (service !== undefined) {
          const edge = service === "gateway" && netOf.get(network) === undefined;
          const belongs = edge || ends.some(({ from, to }) => from === service || to === service);
          assert.ok(belongs, `${service} is in network ${network}`);
        }
        if (job !== undefined)
          assert.ok(
            ends.some(({ from }) => members[from].kind === "job"),
            `job ${job} is in ${network}`,
          );
      }
    }
  });

  it("no service reaches the machine that it runs on; the gateway is the one that has a way out", async function () {
    const remote = process.env["DOCKER_HOST"] ?? "unix:";
    if (!remote.startsWith("unix:")) {
      console.log("      skipped: DOCKER_HOST is another machine, and the test listens on this one");
      this.skip();
    }
    const listener = createServer().listen(0, "0.0.0.0");
    try {
      await once(listener, "listening");
      const { port } = z.object({ port: z.number() }).parse(listener.address());
      const networks = await docker.listNetworks({ filters: { label: [`${label.stack}=${stackName}`] } });
      const doors = networks.flatMap(
        ({ IPAM }) => IPAM?.Config?.flatMap(({ Gateway }) => Gateway ?? []) ?? [],
      );
      const places = [...doors, ...ownAddresses()].map((address) => `${address}:${port}`);
      const seen = await probes.whoReaches(places);
      assert.ok(
        seen.some(({ member }) => member === OUTSIDE),
        "not even a container outside reaches this machine",
      );
      const found = new Set(
        seen.map(({ member }) => member).filter((one) => one !== OUTSIDE && one !== "gateway"),
      );
      assert.deepEqual([...found], [], "these services reach every program that listens on this machine");
    } finally {
      listener.close();
    }
  });

  it("only the gateway publishes ports, and only on the loopback address", async () => {
    for (const [service, { HostConfig }] of await serversOf()) {
      const bindings = Object.values<{ HostIp: string; HostPort: string }[]>(
        HostConfig.PortBindings ?? {},
      ).flat();
      if (service !== "gateway") assert.deepEqual(bindings, [], `${service} publishes ports`);
      else
        assert.deepEqual(
          bindings.map(({ HostIp }) => HostIp),
          ["127.0.0.1", "127.0.0.1"],
        );
    }
    for (const port of [await publishedPort("https"), await publishedPort("http")]) {
      assert.equal(
        await accepts("127.0.0.1", port),
        true,
        `the gateway does not answer on 127.0.0.1:${port}`,
      );
      for (const address of ownAddresses()) {
        assert.equal(await accepts(address, port), false, `the gateway answers on ${address}:${port}`);
      }
    }
  });
});

/** Servers that only fetch. */
const NO_PORTS: readonly string[] = ["postgres-backup", "label-studio-worker"];

/** Addresses of this machine, besides its loopback. */
function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  return all.filter(({ family, internal }) => family === "IPv4" && !internal).map(({ address }) => address);
}

async function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const end = (answer: boolean) => () => (socket.destroy(), resolve(answer));
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
  });
}

describe("reachability: the comparison", () => {
  const ab = { from: "a", to: "b", port: 1 };
  it("says nothing when both are equal, however often a pair was seen", () => {
    assert.deepEqual(differences([ab], [ab, ab]), []);
  });
  it("names what connects without an arrow, the way back of an arrow included", () => {
    assert.deepEqual(
      differences([ab], [ab, { from: "b", to: "a", port: 1 }, { from: OUTSIDE, to: "b", port: 1 }]),
      [
        "b -> a:1 connects, and topology/arrows.ts has no such arrow",
        "outside -> b:1 connects, and topology/arrows.ts has no such arrow",
      ],
    );
  });
  it("names an arrow that does not connect", () => {
    assert.deepEqual(differences([ab], []), [
      "a -> b:1 is an arrow of topology/arrows.ts, and does not connect",
    ]);
  });
});
