import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { parseRange } from "../../config/range";
import { type Arrow, arrowName, arrows, type ServiceName } from "../../topology";
import { LABEL, labels, objectName } from "./names";
import { allocate, type Subnet } from "./subnets";

/** The one network that is not internal: the host's published ports lead into it. */
const EDGE = "edge";

/** What a workload needs to join a network. */
export interface Membership {
  readonly network: docker.Network;
  /** Address of the member, where it is the server. */
  readonly address?: string;
}

/** Args of `Networks`. */
export interface NetworksArgs {
  readonly stack: string;
  /** IPv4 range in CIDR notation. */
  readonly range: string;
}

/**
 * One internal network per arrow, so that two clients of one server still cannot reach each other, and one that is not
 * internal for the gateway. All are registered before any workload, because a registered child cannot be changed.
 */
export class Networks extends pulumi.ComponentResource {
  private readonly subnets: ReadonlyMap<string, Subnet>;
  private readonly networks: ReadonlyMap<string, docker.Network>;

  constructor(
    name: string,
    private readonly args: NetworksArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:network:Networks", name, {}, opts);
    const range = parseRange(args.range);
    if (range === undefined) throw new Error(`not a range: ${args.range}`);
    const names = [EDGE, ...arrows.map(arrowName)];
    this.subnets = allocate(range, names);
    this.networks = new Map(names.map((network) => [network, this.create(name, network)]));
    this.registerOutputs({});
  }

  private create(prefix: string, network: string): docker.Network {
    const subnet = this.subnet(network);
    return new docker.Network(
      `${prefix}-${network}`,
      {
        name: objectName(this.args.stack, network),
        driver: "bridge",
        internal: network !== EDGE,
        ipamConfigs: [{ subnet: subnet.cidr, gateway: subnet.gateway, ipRange: subnet.clients }],
        labels: labels({ [LABEL.stack]: this.args.stack, [LABEL.arrow]: network }),
      },
      { parent: this, deleteBeforeReplace: true },
    );
  }

  /** The networks that a client of this arrow, or its server, joins. */
  of(arrow: Arrow, as: "client" | "server"): Membership {
    return this.membership(arrowName(arrow), as === "server");
  }

  /** The network into which the host's published ports lead. */
  get edge(): Membership {
    return this.membership(EDGE, true);
  }

  /** Addresses on which a port of a server listens: one per arrow that leads to it. */
  serverAddresses(service: ServiceName, port: string): string[] {
    return arrows
      .filter((arrow) => arrow.to === service && arrow.port === port)
      .map((arrow) => this.subnet(arrowName(arrow)).server);
  }

  private membership(network: string, fixed: boolean): Membership {
    const resource = this.networks.get(network);
    if (resource === undefined) throw new Error(`no network ${network}`);
    return fixed ? { network: resource, address: this.subnet(network).server } : { network: resource };
  }

  private subnet(network: string): Subnet {
    const subnet = this.subnets.get(network);
    if (subnet === undefined) throw new Error(`no subnet for ${network}`);
    return subnet;
  }
}
