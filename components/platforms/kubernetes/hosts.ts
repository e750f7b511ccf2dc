import type * as pulumi from "@pulumi/pulumi";
import type { AnyConnection } from "../../core/connection";
import { TopologyError } from "../../core/errors";
import type { ServiceName } from "../../topology";
import type { Bought } from "./bought";
import type { Host } from "./placement";

/**
 * Names by which a server is known inside and outside alike, and the address that they lead to inside. The cluster's DNS knows
 * nothing of them, or leads to the load balancer: the clients get them as hosts of their own.
 */
export class Hosts {
  private readonly aliased = new Map<ServiceName, Host>();

  constructor(
    private readonly namesOf: (service: ServiceName) => readonly string[],
    /** Servers that are bought: they bring names that every DNS server knows. */
    private readonly bought: Bought,
  ) {}

  /** Notes the other names of a server. */
  add(service: ServiceName, names: readonly string[], ip: pulumi.Input<string>): void {
    this.aliased.set(service, { names, ip });
  }

  /**
   * What a client that uses these connections must know.
   * @throws TopologyError when one dials a name that is nobody's
   */
  of(client: string, uses: readonly AnyConnection[]): readonly Host[] {
    const dialled = uses
      .filter(({ server }) => !this.bought.has(server))
      .map(({ server, address: { host } }) => ({ server, name: nameOf(client, server, host) }));
    const strange = dialled.filter(({ server, name }) => !this.namesOf(server).includes(name));
    const hosts = strange.map(({ server, name }) => {
      const host = this.aliased.get(server);
      if (host?.names.includes(name)) return host;
      throw new TopologyError(
        `${client} dials ${server} as ${name}, which is neither a name of its Service nor one of the aliases of its spec` +
          (host === undefined ? "" : ` (${host.names.join(", ")})`),
      );
    });
    return [...new Set(hosts)];
  }
}

/** @throws TopologyError for a name that is not known while the program runs: only a server that is bought has such a name */
function nameOf(client: string, server: ServiceName, host: pulumi.Input<string>): string {
  if (typeof host === "string") return host;
  throw new TopologyError(
    `${client} dials ${server} by a name that is not known yet, and ${server} is not managed on this platform`,
  );
}
