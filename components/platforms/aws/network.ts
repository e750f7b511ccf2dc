import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup";
import { Eip } from "@pulumi/aws/ec2/eip";
import { FlowLog } from "@pulumi/aws/ec2/flowLog";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway";
import { NatGateway } from "@pulumi/aws/ec2/natGateway";
import { Route } from "@pulumi/aws/ec2/route";
import { RouteTable } from "@pulumi/aws/ec2/routeTable";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import * as pulumi from "@pulumi/pulumi";
import { parseRange } from "../../config/range";
import { Endpoints } from "./endpoints";
import { makeRole, serviceTrust } from "./iam";
import { logGroupNames } from "./key-policies";
import type { Keys } from "./keys";
import { logGroup } from "./logs";
import type { DataProtection } from "./protection";
import { arn, type AwsScope } from "./scope";
import { subnetLayout, type ZoneSubnets } from "./subnets";

/** What others need to know of the network, new or not. Lists are in the order of the zones. */
export interface NetworkFacts {
  readonly vpcId: pulumi.Input<string>;
  readonly cidr: string;
  /** Names of the availability zones. */
  readonly zones: readonly string[];
  readonly privateSubnetIds: readonly pulumi.Input<string>[];
  readonly publicSubnetIds: readonly pulumi.Input<string>[];
  readonly dataSubnetIds: readonly pulumi.Input<string>[];
  /** Ranges in which databases and caches are, for NetworkPolicies. */
  readonly dataCidrs: readonly string[];
}

/** Args of `Network`. */
export interface NetworkArgs {
  readonly scope: AwsScope;
  readonly keys: Keys;
  readonly cidr: string;
  /** Names of the three availability zones. */
  readonly zones: readonly string[];
  readonly nat: "none" | "one" | "per-zone";
  readonly endpoints: "s3" | "all";
  readonly flowLogDays: number;
  /** Whether a load balancer faces the internet. */
  readonly facesInternet: boolean;
  readonly dataProtection: DataProtection;
}

/** A VPC over three zones. Public subnets are there only where a NAT gateway or a load balancer needs them. */
export class Network extends pulumi.ComponentResource implements NetworkFacts {
  readonly vpcId: pulumi.Output<string>;
  readonly cidr: string;
  readonly zones: readonly string[];
  readonly privateSubnetIds: readonly pulumi.Output<string>[];
  readonly publicSubnetIds: readonly pulumi.Output<string>[];
  readonly dataSubnetIds: readonly pulumi.Output<string>[];
  readonly dataCidrs: readonly string[];

  constructor(
    private readonly name: string,
    private readonly args: NetworkArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:aws:Network", name, {}, opts);
    const range = parseRange(args.cidr);
    if (range === undefined) throw new Error(`not a range: ${args.cidr}`);
    const layout = subnetLayout(range, args.zones);
    this.cidr = args.cidr;
    this.zones = args.zones;
    this.dataCidrs = layout.map(({ data }) => data);
    this.vpcId = this.vpc();
    const internet = args.nat !== "none" || args.facesInternet;
    const gateways = internet ? this.publicSide(layout) : { subnets: [], nats: [] };
    this.publicSubnetIds = gateways.subnets;
    const inside = layout.map((zone, i) => {
      const subnet = this.subnet("private", zone, { "kubernetes.io/role/internal-elb": "1" });
      return {
        subnet,
        table: this.routes(`private-${zone.zone}`, [subnet], gateways.nats[i] ?? gateways.nats[0]),
      };
    });
    this.privateSubnetIds = inside.map(({ subnet }) => subnet);
    this.dataSubnetIds = layout.map((zone) => this.subnet("data", zone));
    const data = this.routes("data", this.dataSubnetIds);
    new Endpoints(
      `${name}-endpoints`,
      {
        scope: args.scope,
        vpcId: this.vpcId,
        vpcCidr: args.cidr,
        routeTableIds: [...inside.map(({ table }) => table), data],
        subnetIds: this.privateSubnetIds,
        services: args.endpoints,
      },
      { parent: this },
    );
    this.flowLogs();
    this.registerOutputs({ vpcId: this.vpcId });
  }

  private vpc(): pulumi.Output<string> {
    const vpc = new Vpc(
      this.child("vpc"),
      {
        cidrBlock: this.args.cidr,
        enableDnsSupport: true,
        enableDnsHostnames: true,
        tags: this.named("vpc"),
      },
      { parent: this },
    );
    // The group that everything gets which names none: it lets nothing in and nothing out.
    new DefaultSecurityGroup(
      this.child("default"),
      { vpcId: vpc.id, ingress: [], egress: [], tags: this.named("default-closed") },
      { parent: this },
    );
    return vpc.id;
  }

  /** Subnets with a way to and from the internet, and the NAT gateways in them. */
  private publicSide(layout: readonly ZoneSubnets[]) {
    const gateway = new InternetGateway(
      this.child("internet"),
      { vpcId: this.vpcId, tags: this.named("internet") },
      { parent: this },
    );
    const subnets = layout.map((zone) => this.subnet("public", zone, { "kubernetes.io/role/elb": "1" }));
    const table = this.routes("public", subnets);
    new Route(
      this.child("public-out"),
      { routeTableId: table, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
      { parent: this },
    );
    const count = { none: 0, one: 1, "per-zone": layout.length }[this.args.nat];
    const nats = subnets
      .slice(0, count)
      .map((subnetId, i) => this.nat(layout[i]?.zone ?? "", subnetId, gateway));
    return { subnets, nats };
  }

  private nat(zone: string, subnetId: pulumi.Input<string>, gateway: InternetGateway): pulumi.Output<string> {
    const name = `nat-${zone}`;
    const tags = this.named(name);
    const address = new Eip(
      this.child(`${name}-address`),
      { domain: "vpc", tags },
      { parent: this, dependsOn: [gateway] },
    );
    return new NatGateway(
      this.child(name),
      { subnetId, allocationId: address.id, connectivityType: "public", tags },
      { parent: this, dependsOn: [gateway] },
    ).id;
  }

  private subnet(
    kind: "private" | "public" | "data",
    zone: ZoneSubnets,
    tags: Readonly<Record<string, string>> = {},
  ): pulumi.Output<string> {
    return new Subnet(
      this.child(`${kind}-${zone.zone}`),
      {
        vpcId: this.vpcId,
        availabilityZone: zone.zone,
        cidrBlock: zone[kind],
        mapPublicIpOnLaunch: false,
        tags: { ...this.named(`${kind}-${zone.zone}`), ...tags },
      },
      { parent: this },
    ).id;
  }

  /** A route table for subnets, with a way out through a NAT gateway where there is one. */
  private routes(
    name: string,
    subnets: readonly pulumi.Input<string>[],
    nat?: pulumi.Input<string>,
  ): pulumi.Output<string> {
    const table = new RouteTable(
      this.child(`${name}-routes`),
      { vpcId: this.vpcId, tags: this.named(name) },
      { parent: this },
    );
    for (const [i, subnetId] of subnets.entries())
      new RouteTableAssociation(
        this.child(`${name}-routes-${i}`),
        { routeTableId: table.id, subnetId },
        { parent: this },
      );
    if (nat !== undefined)
      new Route(
        this.child(`${name}-out`),
        { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat },
        { parent: this },
      );
    return table.id;
  }

  private flowLogs(): void {
    const { scope, keys, flowLogDays, dataProtection } = this.args;
    const group = logGroupNames.flow(scope);
    const logs = logGroup(this.child("flow"), { name: group, days: flowLogDays, keys, dataProtection }, this);
    const { role, rights } = makeRole(
      this.child("flow-role"),
      scope,
      {
        suffix: "flow-logs",
        does: "Writes the VPC's flow logs",
        trust: serviceTrust("vpc-flow-logs.amazonaws.com", {
          StringEquals: { "aws:SourceAccount": scope.accountId },
        }),
        statements: [
          {
            sid: "Write",
            actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            resources: [arn(scope, "logs", `log-group:${group}:*`)],
          },
        ],
      },
      this,
    );
    new FlowLog(
      this.child("flow-log"),
      {
        vpcId: this.vpcId,
        trafficType: "ALL",
        logDestinationType: "cloud-watch-logs",
        logDestination: logs.arn,
        iamRoleArn: role.arn,
        maxAggregationInterval: 60,
        tags: this.named("flow"),
      },
      { parent: this, dependsOn: [...rights] },
    );
  }

  private child(name: string): string {
    return `${this.name}-${name}`;
  }

  private named(name: string): Record<string, string> {
    return { Name: `${this.args.scope.prefix}-${name}` };
  }
}
