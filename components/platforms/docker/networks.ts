import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { parseRange } from "../../config/range";
import { type Arrow, arrowName, arrows, type ServiceName } from "../../topology";
import { LABEL, labels, objectName } from "./names";
import { type Subnet, subnetOf } from "./subnets";

/** The network into which the host's published ports lead. */
const EDGE = "edge";
const EDGE_NET = 0;

/** The network by which workloads call out. Arrows have lower numbers, and the smallest range that is allowed ends after it. */
const EGRESS = "egress";
const EGRESS_NET = 126;

/** A network and its addresses. */
interface Segment {
  readonly network: docker.Network;
  readonly subnet: Subnet;
}

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
  /** The arrows that the stack has. */
  readonly arrows: readonly Arrow[];
  /** Whether there is a network by which workloads call out. */
  readonly egress: boolean;
}

/**
 * One internal network per arrow, so that two clients of one server still cannot reach each other, one that is not internal
 * for the gateway, and one for what has to call out. All are registered before any workload, because a registered child
 * cannot be changed.
 */
export class Networks extends pulumi.ComponentResource {
  /** By the number of the network. */
  private readonly segments: ReadonlyMap<number, Segment>;

  constructor(
    name: string,
    private readonly args: NetworksArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:network:Networks", name, {}, opts);
    const range = parseRange(args.range);
    if (range === undefined) throw new Error(`not a range: ${args.range}`);
    const numbers = new Set([
      EDGE_NET,
      ...args.arrows.map(({ net }) => net),
      ...(args.egress ? [EGRESS_NET] : []),
    ]);
    this.segments = new Map(
      [...numbers].map((net) => {
        const subnet = subnetOf(range, net);
        return [net, { subnet, network: this.create(name, labelOf(net), subnet) }];
      }),
    );
    this.registerOutputs({});
  }

  private create(prefix: string, network: string, subnet: Subnet): docker.Network {
    return new docker.Network(
      `${prefix}-${network}`,
      {
        name: objectName(this.args.stack, network),
        driver: "bridge",
        ...kindOf(network),
        ipamConfigs: [{ subnet: subnet.cidr, gateway: subnet.gateway, ipRange: subnet.clients }],
        labels: labels({ [LABEL.stack]: this.args.stack, [LABEL.arrow]: network }),
      },
      { parent: this, deleteBeforeReplace: true },
    );
  }

  /** The network that a client of this arrow, or its server, joins. */
  of(arrow: Arrow, as: "client" | "server"): Membership {
    return this.membership(arrow.net, as === "server");
  }

  /** The network into which the host's published ports lead. */
  get edge(): Membership {
    return this.membership(EDGE_NET, true);
  }

  /** The network by which workloads call out, where the stack has one. */
  get egress(): Membership | undefined {
    return this.args.egress ? this.membership(EGRESS_NET, false) : undefined;
  }

  /** Addresses on which a port of a server listens: one per network that leads to it. */
  serverAddresses(service: ServiceName, port: string): string[] {
    const leading = this.args.arrows.filter((arrow) => arrow.to === service && arrow.port === port);
    return [...new Set(leading.map(({ net }) => this.segment(net).subnet.server))];
  }

  private membership(net: number, fixed: boolean): Membership {
    const { network, subnet } = this.segment(net);
    return fixed ? { network, address: subnet.server } : { network };
  }

  private segment(net: number): Segment {
    const segment = this.segments.get(net);
    if (segment === undefined) throw new Error(`no network ${net}`);
    return segment;
  }
}

/** Where a network leads besides to its members, and whether they reach each other. */
function kindOf(network: string): Pick<docker.NetworkArgs, "internal" | "options"> {
  switch (network) {
    case EDGE:
      return { internal: false };
    case EGRESS:
      return { internal: false, options: EGRESS_OPTIONS };
    default:
      // Without an address of its own in the network, the host cannot be reached from there, whatever listens on it.
      return { internal: true, options: { "com.docker.network.bridge.inhibit_ipv4": "true" } };
  }
}

/** What the bridge of the way out is told: its members reach the world under the host's address, and not each other. */
export const EGRESS_OPTIONS = {
  "com.docker.network.bridge.enable_icc": "false",
  "com.docker.network.bridge.enable_ip_masquerade": "true",
} as const;

/** A network is called after the first arrow that is drawn with its number, whether or not the stack has that one. */
function labelOf(net: number): string {
  if (net === EGRESS_NET) return EGRESS;
  const first = arrows.find((arrow) => arrow.net === net);
  return first === undefined ? EDGE : arrowName(first);
}
