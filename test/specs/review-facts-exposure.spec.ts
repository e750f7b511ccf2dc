import assert from "node:assert/strict";
import { exposureOf } from "../../toolchain/review/facts/exposure";
import { factsOf } from "../../toolchain/review/facts";
import { viewOf } from "../../toolchain/review/facts/view";
import { type Properties, type Resource, UNKNOWN_TEXT } from "../../toolchain/review/model";
import { caddy, preview, resource } from "../support/review";

/** What is exposed, a line each; `!` for what is open wide. */
const exposed = (...resources: readonly Resource[]): string[] =>
  exposureOf(viewOf(resources)).map(({ what, from, wide }) => `${what}, from ${from}${wide ? " !" : ""}`);

const container = (inputs: Properties) => resource("docker:index/container:Container", "web", inputs);
const service = (spec: Properties, annotations: Properties = {}) =>
  resource("kubernetes:core/v1:Service", "edge", {
    metadata: { name: "edge", namespace: "gate", annotations },
    spec,
  });

describe("reviews, exposure", () => {
  it("tells ports that Docker publishes, with their address", () => {
    assert.deepEqual(
      exposed(
        container({
          ports: [
            { internal: 8443, external: 443, ip: "127.0.0.1" },
            { internal: 53, external: 53, ip: "0.0.0.0", protocol: "udp" },
            { internal: 1, external: 2, ip: UNKNOWN_TEXT },
          ],
        }),
      ),
      [
        "port 443/tcp → web:8443, from 127.0.0.1 of the host",
        "port 53/udp → web:53, from every address of the host !",
        "port 2/tcp → web:1, from (known after the deployment)",
      ],
    );
    assert.deepEqual(exposed(container({ networkMode: "host", publishAllPorts: true })), [
      "every port that the image of web declares, from every address of the host !",
      "every port of web, in the network of the host, from every address of the host !",
    ]);
  });

  it("tells Services that are more than ClusterIP, and from where they may be reached", () => {
    const ports = [{ port: 443, protocol: "TCP", nodePort: 30443 }];
    assert.deepEqual(exposed(service({ type: "ClusterIP", ports })), []);
    assert.deepEqual(exposed(service({ type: "LoadBalancer", ports })), [
      "port 443/tcp of the load balancer of gate/edge, from everywhere !",
    ]);
    const scheme = { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" };
    assert.deepEqual(
      exposed(service({ type: "LoadBalancer", ports, loadBalancerSourceRanges: ["10.0.0.0/16"] }, scheme)),
      ["port 443/tcp of the load balancer of gate/edge, from 10.0.0.0/16 (internal)"],
    );
    assert.deepEqual(exposed(service({ type: "NodePort", ports, externalIPs: ["192.0.2.1"] })), [
      "port 30443/tcp of every node → gate/edge, from whoever reaches a node !",
      "Service gate/edge on 192.0.2.1, from everywhere !",
    ]);
  });

  it("tells ports of nodes, and hosts of routes", () => {
    const pod = resource("kubernetes:apps/v1:DaemonSet", "agent", {
      spec: {
        template: { spec: { hostNetwork: true, containers: [{ name: "a", ports: [{ hostPort: 9 }] }] } },
      },
    });
    const ingress = resource("kubernetes:networking.k8s.io/v1:Ingress", "web", {
      spec: { rules: [{ host: "a.example" }, {}] },
    });
    const route = resource("kubernetes:gateway.networking.k8s.io/v1:HTTPRoute", "web", {
      spec: { hostnames: ["b.example"] },
    });
    assert.deepEqual(exposed(pod, ingress, route), [
      "every port of agent, in the network of its node, from whoever reaches the node !",
      "port 9 of the node → agent, from whoever reaches the node !",
      "host a.example of Ingress web, from everywhere",
      "host * of Ingress web, from everywhere !",
      "host b.example of HTTPRoute web, from everywhere",
    ]);
  });

  it("tells what AWS lets in from outside the VPC", () => {
    const vpc = resource("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.64.0.0/16" });
    const rule = (cidrIpv4: string) =>
      resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "rule", {
        cidrIpv4,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      });
    assert.deepEqual(exposed(vpc, rule("10.64.128.0/20")), []);
    assert.deepEqual(exposed(vpc, rule("10.0.0.0/8")), [
      "port 443/tcp of security group rule, from 10.0.0.0/8",
    ]);
    assert.deepEqual(exposed(vpc, rule("0.0.0.0/0")), [
      "port 443/tcp of security group rule, from 0.0.0.0/0 !",
    ]);
    const cluster = (vpcConfig: Properties) => resource("aws:eks/cluster:Cluster", "eks", { vpcConfig });
    assert.deepEqual(exposed(cluster({ endpointPublicAccess: false })), []);
    assert.deepEqual(exposed(cluster({})), ["API of cluster eks, from 0.0.0.0/0 !"]);
    assert.deepEqual(
      exposed(cluster({ endpointPublicAccess: true, publicAccessCidrs: ["198.51.100.0/24"] })),
      ["API of cluster eks, from 198.51.100.0/24"],
    );
    assert.deepEqual(exposed(resource("aws:rds/instance:Instance", "db", { publiclyAccessible: true })), [
      "database db, by a public address, from everywhere !",
    ]);
  });

  it("tells buckets that nothing closes", () => {
    const bucket = resource("aws:s3/bucket:Bucket", "data", { bucket: "sem-data" });
    const block = (inputs: Properties) =>
      resource("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "data-private", inputs);
    const all = {
      bucket: "sem-data",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    };
    assert.deepEqual(exposed(bucket, block(all)), []);
    assert.deepEqual(exposed(bucket, block({ ...all, bucket: UNKNOWN_TEXT })), []);
    assert.deepEqual(exposed(bucket), [
      "bucket sem-data, whose public access nothing blocks, from everywhere !",
    ]);
    assert.deepEqual(exposed(bucket, block({ ...all, blockPublicPolicy: false })), [
      "bucket sem-data, by what it does not block: blockPublicPolicy, from everywhere !",
    ]);
  });

  it("is a difference: what stays open is not told", () => {
    const port = (external: number) => ({ internal: 8443, external, ip: "127.0.0.1" });
    const { exposure } = factsOf(
      preview({
        before: [container({ ports: [port(443), port(80)] })],
        after: [container({ ports: [port(443), port(8080)] })],
      }),
    );
    assert.deepEqual(
      [exposure.gained, exposure.lost].map((side) => side.map(({ what }) => what)),
      [["port 8080/tcp → web:8443"], ["port 80/tcp → web:8443"]],
    );
  });

  it("has the hosts of the gateway, by its own configuration", () => {
    const files = (text: string) =>
      resource("kubernetes:core/v1:ConfigMap", "gateway-files", { data: { "caddy.json": text } });
    const { exposure, rights } = factsOf(
      preview({
        before: [files(caddy({ "a.example": ["operator"] }))],
        after: [files(caddy({ "a.example": ["annotator", "operator"], "b.example": [] }))],
      }),
    );
    assert.deepEqual(
      exposure.gained.map(({ what }) => what),
      ["host b.example"],
    );
    assert.deepEqual(
      rights.gained.map(({ who, may, on, when }) => `${who} ${may} ${on} ${when}`.trim()),
      ["annotator open pages a.example", "everybody open pages with the service's own login b.example"],
    );
  });
});
