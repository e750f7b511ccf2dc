import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import type Docker from "dockerode";
import { EGRESS_OPTIONS } from "../../components/platforms/docker/networks";
import { docker, execute } from "../support/engine";
import { until } from "../support/until";
import { imageHere } from "../support/bench";

const PREFIX = "t-egress";
const HOST = "10.98.43.1";
const [ONE, OTHER] = ["10.98.43.2", "10.98.43.3"] as const;
const PORT = 6379;

async function cleanUp(): Promise<void> {
  const containers = await docker.listContainers({ all: true, filters: { name: [`^/${PREFIX}-`] } });
  for (const { Id } of containers) await docker.getContainer(Id).remove({ force: true, v: true });
  const networks = await docker.listNetworks({ filters: { name: [`^${PREFIX}$`] } });
  for (const { Id } of networks) await docker.getNetwork(Id).remove();
}

/** Two servers that listen wherever they can, in one network with these options. */
async function twoServers(options: Readonly<Record<string, string>>): Promise<void> {
  await cleanUp();
  const network = await docker.createNetwork({
    Name: PREFIX,
    Driver: "bridge",
    Internal: false,
    IPAM: { Config: [{ Subnet: "10.98.43.0/29", Gateway: HOST }] },
    Options: { ...options },
  });
  await Promise.all([ONE, OTHER].map((address) => startServer(network, address)));
}

async function startServer(network: Docker.Network, address: string): Promise<void> {
  const container = await docker.createContainer({
    name: nameOf(address),
    Image: await imageHere("redis"),
    Entrypoint: ["redis-server", "--protected-mode", "no", "--bind", "0.0.0.0"],
    Cmd: [],
    HostConfig: { Init: true },
    NetworkingConfig: { EndpointsConfig: { [network.id]: { IPAMConfig: { IPv4Address: address } } } },
  });
  await container.start();
  await until({ what: `a server at ${address}`, limitSeconds: 20, everySeconds: 0.1 }, () =>
    reaches(address, "127.0.0.1", PORT),
  );
}

const nameOf = (address: string): string => `${PREFIX}-${address.replaceAll(".", "-")}`;

/** Whether a connection from a container to an address comes about. */
async function reaches(from: string, to: string, port: number): Promise<boolean> {
  const dial = ["timeout", "2", "bash", "-c", `exec 3<>/dev/tcp/${to}/${port}`];
  return (await execute(nameOf(from), dial)).code === 0;
}

describe("the network by which workloads call out", function () {
  this.timeout(60_000);
  afterEach(cleanUp);

  it("leads out, and keeps its members apart", async () => {
    await twoServers(EGRESS_OPTIONS);
    assert.equal(await reaches(ONE, OTHER, PORT), false);
    assert.equal(await reaches(OTHER, ONE, PORT), false);
    const { stdout: route } = await execute(nameOf(ONE), ["cat", "/proc/net/route"]);
    // Destination 0.0.0.0 is the rest of the world; the address of the way there has its bytes in reverse order.
    const wayOut = HOST.split(".")
      .reverse()
      .map((byte) => Number(byte).toString(16).padStart(2, "0"));
    assert.match(route, new RegExp(`^eth0\\s00000000\\s${wayOut.join("")}\\s`, "im"));
  });

  it("leads to this machine, as the network of the gateway does", async function () {
    if (!(process.env["DOCKER_HOST"] ?? "unix:").startsWith("unix:")) {
      console.log("      skipped: DOCKER_HOST is another machine, and the test listens on this one");
      this.skip();
    }
    await twoServers(EGRESS_OPTIONS);
    const listener = createServer((socket) => socket.end()).listen(0, HOST);
    try {
      await once(listener, "listening");
      const address = listener.address();
      assert.ok(address !== null && typeof address === "object");
      assert.equal(await reaches(ONE, HOST, address.port), true);
    } finally {
      listener.close();
    }
  });

  it("would not keep them apart without its options: the test sees a connection that comes about", async () => {
    await twoServers({});
    assert.equal(await reaches(ONE, OTHER, PORT), true);
  });
});
