import assert from "node:assert/strict";
import { parseSettings } from "../../components/config/schema";
import { UnsupportedError } from "../../components/core/errors";
import { publicService } from "../../components/platforms/kubernetes/gateway";
import { memberNames } from "../../components/topology";
import { serverSpec } from "../support/samples";

const selector = { name: "gateway" };
const arn = "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef";

const published = (settings: object, hostPort = 443) => {
  const { gateway } = parseSettings({ kubernetes: { gateway: settings } }, memberNames).kubernetes;
  const publish = [{ port: "https", hostPort, bind: "127.0.0.1" }];
  return publicService("gateway", { ...serverSpec, publish }, gateway, selector);
};

describe("the gateway's public Service", () => {
  it("is a load balancer on the port that people type, and keeps their addresses", () => {
    const annotations = { "example.com/scheme": "internal" };
    assert.deepEqual(published({ annotations, sourceRanges: ["192.0.2.0/24"] }), {
      annotations,
      spec: {
        type: "LoadBalancer",
        selector,
        ports: [{ name: "https", port: 443, targetPort: 8443, protocol: "TCP" }],
        externalTrafficPolicy: "Local",
        loadBalancerSourceRanges: ["192.0.2.0/24"],
      },
    });
    assert.equal(published({}).spec.loadBalancerSourceRanges, undefined);
  });

  it("is the same port of every node, where nodes have it", () => {
    const { spec, annotations } = published({ type: "NodePort" }, 30443);
    assert.deepEqual(spec.ports, [
      { name: "https", port: 30443, targetPort: 8443, protocol: "TCP", nodePort: 30443 },
    ]);
    assert.equal(annotations["pulumi.com/skipAwait"], "true");
    assert.throws(() => published({ type: "NodePort" }, 443), /port 443.*edge\.httpsPort/);
  });

  it("is inside of the cluster only, for whoever brings a way in of his own", () => {
    const { spec } = published({ type: "ClusterIP", sourceRanges: ["192.0.2.0/24"] });
    assert.deepEqual(
      [spec.type, spec.externalTrafficPolicy, spec.loadBalancerSourceRanges],
      ["ClusterIP", undefined, undefined],
    );
  });

  it("shows a certificate of ACM where a load balancer can, and speaks TLS to the gateway all the same", () => {
    const prefix = "service.beta.kubernetes.io/aws-load-balancer-";
    assert.deepEqual(published({ certificate: { acm: arn } }).annotations, {
      [`${prefix}ssl-cert`]: arn,
      [`${prefix}ssl-ports`]: "https",
      [`${prefix}backend-protocol`]: "ssl",
    });
    assert.throws(() => published({ type: "ClusterIP", certificate: { acm: arn } }), UnsupportedError);
  });

  it("says nothing of a certificate that the gateway shows itself", () => {
    assert.deepEqual(published({ certificate: { certManager: { issuer: "x" } } }).annotations, {});
  });
});
