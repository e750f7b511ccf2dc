import assert from "node:assert/strict";
import { parseRange, type Range } from "../../components/config/range";
import { subnetLayout } from "../../components/platforms/aws/subnets";
import { at, everything, ofType, one, recordAws } from "../support/aws-mocks";
import type { Registered } from "../support/mocks";

const rangeOf = (cidr: string): Range => parseRange(cidr) ?? assert.fail(cidr);
const lastOf = ({ first, prefix }: Range): number => first + 2 ** (32 - prefix) - 1;
const ZONES = ["a", "b", "c"];

const namesOf = (resources: readonly Registered[], end: string): string[] =>
  ofType(resources, end)
    .map(({ name }) => name.replace("aws-network-", ""))
    .sort();

describe("AWS, subnets", () => {
  it("cuts a VPC into subnets that do not overlap and do not leave it", () => {
    for (const prefix of [16, 17, 18, 19, 20]) {
      const vpc = rangeOf(`10.64.0.0/${prefix}`);
      const all = subnetLayout(vpc, ZONES)
        .flatMap((zone) => [zone.private, zone.public, zone.data])
        .map(rangeOf)
        .sort((a, b) => a.first - b.first);
      assert.equal(all.length, 9);
      for (const [i, one] of all.entries()) {
        assert.ok(one.first >= vpc.first && lastOf(one) <= lastOf(vpc), `/${prefix}`);
        const next = all[i + 1];
        if (next !== undefined) assert.ok(lastOf(one) < next.first, `/${prefix}`);
        assert.ok(one.prefix <= 28, "AWS takes no smaller subnet than /28");
      }
    }
  });

  it("puts them where they were put first", () => {
    assert.deepEqual(subnetLayout(rangeOf("10.64.0.0/16"), ZONES), [
      { zone: "a", private: "10.64.0.0/18", public: "10.64.192.0/21", data: "10.64.224.0/21" },
      { zone: "b", private: "10.64.64.0/18", public: "10.64.200.0/21", data: "10.64.232.0/21" },
      { zone: "c", private: "10.64.128.0/18", public: "10.64.208.0/21", data: "10.64.240.0/21" },
    ]);
    assert.throws(() => subnetLayout(rangeOf("10.64.0.0/16"), [...ZONES, "d"]), RangeError);
  });
});

describe("AWS, network", () => {
  it("has one NAT gateway by default, which the private subnets of all zones use", async () => {
    const { resources } = await recordAws();
    assert.deepEqual(namesOf(resources, ":NatGateway"), ["nat-us-east-1a"]);
    const out = ofType(resources, "ec2/route:Route");
    assert.equal(out.length, 4);
    for (const route of out)
      assert.equal(
        at(route, route.name.endsWith("public-out") ? "gatewayId" : "natGatewayId") !== undefined,
        true,
        route.name,
      );
    assert.equal(namesOf(resources, ":Subnet").length, 9);
  });

  it("has one per zone when asked to, each for its own zone", async () => {
    const { resources } = await recordAws({ settings: { network: { nat: "per-zone" } } });
    assert.deepEqual(
      namesOf(resources, ":NatGateway"),
      ["a", "b", "c"].map((zone) => `nat-us-east-1${zone}`),
    );
    for (const zone of ["a", "b", "c"]) {
      const route = one(resources, "ec2/route:Route", `aws-network-private-us-east-1${zone}-out`);
      assert.equal(at(route, "natGatewayId"), `aws-network-nat-us-east-1${zone}-id`);
    }
  });

  it("has nothing public without NAT, and a private way to all that nodes need", async () => {
    const { resources } = await recordAws({ settings: { network: { nat: "none", endpoints: "all" } } });
    for (const end of [":NatGateway", ":InternetGateway", ":Eip", "ec2/route:Route"])
      assert.deepEqual(ofType(resources, end), []);
    assert.ok(namesOf(resources, ":Subnet").every((name) => !name.startsWith("public")));
    const endpoints = ofType(resources, ":VpcEndpoint");
    assert.equal(endpoints.length, 11);
    for (const endpoint of endpoints) {
      const isS3 = endpoint.name.endsWith("-s3");
      assert.equal(at(endpoint, "vpcEndpointType"), isS3 ? "Gateway" : "Interface");
      if (isS3) assert.equal((at(endpoint, "routeTableIds") as unknown[]).length, 4);
      else assert.equal(at(endpoint, "privateDnsEnabled"), true);
    }
  });

  it("has public subnets, tagged for load balancers, for one that faces the internet", async () => {
    const { resources, result } = await recordAws({
      settings: {
        network: { nat: "none", endpoints: "all" },
        edge: { scheme: "internet-facing", cidrs: ["198.51.100.0/24"] },
      },
    });
    const subnets = ofType(resources, ":Subnet").filter(({ name }) => name.includes("public"));
    assert.equal(subnets.length, 3);
    for (const subnet of subnets) assert.equal(at(subnet, "tags", "kubernetes.io/role/elb"), "1");
    assert.deepEqual(ofType(resources, ":NatGateway"), []);
    assert.deepEqual(result.edge.sourceRanges, ["198.51.100.0/24"]);
    const prefix = "service.beta.kubernetes.io/aws-load-balancer";
    assert.equal(result.edge.annotations[`${prefix}-scheme`], "internet-facing");
  });

  it("gives the gateway an internal load balancer for the VPC alone by default", async () => {
    const { result } = await recordAws();
    assert.deepEqual(result.edge.sourceRanges, ["10.64.0.0/16"]);
    assert.match(JSON.stringify(result.edge.annotations), /-scheme":"internal"/);
    assert.match(JSON.stringify(result.edge.annotations), /deletion_protection\.enabled=true/);
  });

  it("keeps databases where no route leads out", async () => {
    const { resources } = await recordAws({ settings: { network: { nat: "per-zone" } } });
    const routes = ofType(resources, "ec2/route:Route").map((route) => at(route, "routeTableId"));
    const data = one(resources, ":RouteTable", "aws-network-data-routes");
    assert.ok(!routes.includes(`${data.name}-id`));
    assert.equal(
      ofType(resources, ":RouteTableAssociation").filter(
        (association) => at(association, "routeTableId") === `${data.name}-id`,
      ).length,
      3,
    );
  });

  it("writes down who talks to whom", async () => {
    const { resources } = await recordAws();
    const flow = one(resources, ":FlowLog");
    assert.equal(at(flow, "trafficType"), "ALL");
    assert.equal(at(one(resources, ":LogGroup", "aws-network-flow"), "retentionInDays"), 90);
  });

  it("uses a VPC that is there, and makes none", async () => {
    const id = (prefix: string, n: number) => `${prefix}-${String(n).padStart(17, "0")}`;
    const existing = {
      vpcId: id("vpc", 1),
      cidr: "10.10.0.0/16",
      privateSubnetIds: [1, 2, 3].map((n) => id("subnet", n)),
      dataSubnets: [4, 5, 6].map((n) => ({ id: id("subnet", n), cidr: `10.10.${n}.0/24` })),
    };
    const { resources, result } = await recordAws({ and: everything, settings: { network: { existing } } });
    for (const end of [":Vpc", ":Subnet", ":NatGateway", ":VpcEndpoint", ":FlowLog"])
      assert.deepEqual(ofType(resources, end), []);
    assert.deepEqual(result.network.dataCidrs, ["10.10.4.0/24", "10.10.5.0/24", "10.10.6.0/24"]);
    assert.deepEqual(
      at(one(resources, "eks/cluster:Cluster"), "vpcConfig", "subnetIds"),
      existing.privateSubnetIds,
    );
    assert.deepEqual(
      at(one(resources, "rds/subnetGroup:SubnetGroup"), "subnetIds"),
      existing.dataSubnets.map((one) => one.id),
    );
    assert.match(JSON.stringify(result.edge.annotations), new RegExp(existing.privateSubnetIds.join(",")));
    assert.match(
      JSON.stringify(one(resources, ":Deployment", "aws-tools-load-balancers-deployment").inputs),
      new RegExp(`--aws-vpc-id=${existing.vpcId}`),
    );
  });

  it("uses a cluster that is there, with its nodes, add-ons and tools", async () => {
    const id = (prefix: string, n: number) => `${prefix}-${String(n).padStart(17, "0")}`;
    const { resources, result } = await recordAws({
      and: everything,
      settings: {
        network: {
          existing: {
            vpcId: id("vpc", 1),
            cidr: "10.10.0.0/16",
            privateSubnetIds: [1, 2, 3].map((n) => id("subnet", n)),
            dataSubnets: [4, 5, 6].map((n) => ({ id: id("subnet", n), cidr: `10.10.${n}.0/24` })),
          },
        },
        cluster: {
          existing: {
            name: "shared",
            endpoint: "https://shared.example",
            certificateAuthority: "Y2E=",
            securityGroupId: id("sg", 1),
          },
        },
      },
    });
    for (const end of [
      "eks/cluster:Cluster",
      ":NodeGroup",
      ":Addon",
      ":LaunchTemplate",
      ":Deployment",
      ":DaemonSet",
    ])
      assert.deepEqual(ofType(resources, end), []);
    assert.match(result.clusterIdentifier, /:cluster\/shared$/);
    assert.equal(
      at(one(resources, ":PodIdentityAssociation", "aws-buckets-jupyter-pods"), "clusterName"),
      "shared",
    );
    assert.equal(
      at(
        one(resources, ":SecurityGroupIngressRule", "aws-cache-door-from-cluster"),
        "referencedSecurityGroupId",
      ),
      id("sg", 1),
    );
  });
});
