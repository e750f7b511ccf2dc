import { createConnection } from "node:net";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import bcrypt from "bcryptjs";
import type Docker from "dockerode";
import type { HttpsConnection } from "../../components/core/connection";
import type { GeneratedLogin, Leaf } from "../../components/core/foundation";
import { Sensitive } from "../../components/core/values";
import { FILES, type WorkloadSpec } from "../../components/core/workload";
import type { ServiceName } from "../../components/topology";
import { imageHere, writeFiles } from "../support/bench";
import { docker, logsOf } from "../support/engine";
import { until } from "../support/until";
import type { Pem } from "./gateway-pki";

const PREFIX = "t-gateway";

/** A login whose password the test knows. */
export function login(username: string, password: string): GeneratedLogin {
  return {
    username,
    password: Sensitive.of(password),
    bcryptHash: Sensitive.of(bcrypt.hashSync(password, 4)),
  };
}

export const leafOf = (pem: Pem): Leaf => ({
  certificate: pulumi.output(pem.certificate),
  key: Sensitive.of(pem.key),
});

/** A connection to a dummy upstream on the host, under the service's own name. */
export function connect(
  server: ServiceName,
  port: string,
  number: number,
  ca: string,
  as?: GeneratedLogin,
): HttpsConnection {
  return {
    server,
    port,
    address: { host: server, port: number },
    trust: { caCertificate: ca },
    readyWhen: [],
    ...(as === undefined ? {} : { login: as }),
  };
}

/** A network of the test: the gateway's address in it, and the address of this machine in it. */
export interface Leg {
  readonly network: Docker.Network;
  readonly gateway: string;
  readonly host: string;
}

/** A bridge like the ones that the Docker platform makes. */
export async function makeLeg(name: string, third: number, internal: boolean): Promise<Leg> {
  const base = `10.99.${third}`;
  const network = await docker.createNetwork({
    Name: `${PREFIX}-${name}`,
    Driver: "bridge",
    Internal: internal,
    IPAM: { Config: [{ Subnet: `${base}.0/29`, Gateway: `${base}.1` }] },
  });
  return { network, gateway: `${base}.2`, host: `${base}.1` };
}

/** The spec's container, run as the Docker platform runs it. */
export async function runGateway(
  spec: WorkloadSpec,
  legs: readonly Leg[],
  names: readonly string[],
): Promise<Docker.Container> {
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}-`));
  await writeFiles(folder, spec.files);
  const upstreams = legs.at(-1);
  const container = await docker.createContainer({
    name: `${PREFIX}-caddy`,
    Image: await imageHere(spec.image),
    Entrypoint: [...spec.command],
    Cmd: [],
    Env: Object.entries(spec.env ?? {}).map(([key, value]) => `${key}=${String(value)}`),
    User: `${spec.user.uid}:${spec.user.gid}`,
    HostConfig: {
      Binds: [`${folder}:${FILES}:ro`],
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      CapAdd: [...(spec.capabilities ?? [])],
      SecurityOpt: ["no-new-privileges"],
      Memory: spec.resources.memoryMiB * 2 ** 20,
      MemorySwap: spec.resources.memoryMiB * 2 ** 20,
      Tmpfs: Object.fromEntries(
        (spec.writable ?? []).map((path) => [path, "rw,nosuid,nodev,noexec,mode=1777"]),
      ),
      ExtraHosts: names.map((name) => `${name}:${upstreams?.host}`),
      NetworkMode: legs[0]?.network.id ?? "none",
    },
    NetworkingConfig: {
      EndpointsConfig: {
        [legs[0]?.network.id ?? "none"]: { IPAMConfig: { IPv4Address: legs[0]?.gateway ?? "" } },
      },
    },
  });
  for (const leg of legs.slice(1)) {
    await leg.network.connect({
      Container: container.id,
      EndpointConfig: { IPAMConfig: { IPv4Address: leg.gateway } },
    });
  }
  await container.start();
  await until({ what: "the gateway to listen", limitSeconds: 20, everySeconds: 0.1 }, async () => {
    const { State } = await container.inspect();
    if (!State.Running) throw new Error(`the gateway ended: ${await logsOf(container.id)}`);
    return opens(legs[0]?.gateway ?? "", spec.ports["https"]?.number ?? 0);
  });
  return container;
}

/** Whether something accepts connections there. */
export function opens(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: address, port, timeout: 2000 });
    const tell = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.on("connect", () => tell(true));
    socket.on("error", () => tell(false));
    socket.on("timeout", () => tell(false));
  });
}

/** Removes what a test, or an earlier one that was killed, left on the engine. */
export async function cleanUp(): Promise<void> {
  const containers = await docker.listContainers({ all: true, filters: { name: [`^/${PREFIX}-`] } });
  for (const { Id } of containers) await docker.getContainer(Id).remove({ force: true, v: true });
  const networks = await docker.listNetworks({ filters: { name: [`${PREFIX}-`] } });
  for (const { Id, Name } of networks)
    if (Name.startsWith(`${PREFIX}-`)) await docker.getNetwork(Id).remove();
}
