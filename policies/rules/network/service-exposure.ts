import { resourceRule } from "../../core/rule";
import { at, isMissing, isUnknown, items, text, type Value } from "../../core/value";
import { isWorld } from "../../models/ports";
import { some } from "../../models/selectors";
import { withPatch } from "../../models/types";

/** Annotations by which clouds keep a load balancer inside, in lower case. */
const INTERNAL: Readonly<Record<string, readonly string[]>> = {
  "service.beta.kubernetes.io/aws-load-balancer-scheme": ["internal"],
  "service.beta.kubernetes.io/aws-load-balancer-internal": ["true", "0.0.0.0/0"],
  "service.beta.kubernetes.io/azure-load-balancer-internal": ["true"],
  "networking.gke.io/load-balancer-type": ["internal"],
  "cloud.google.com/load-balancer-type": ["internal"],
  "service.beta.kubernetes.io/oci-load-balancer-internal": ["true"],
  "service.beta.kubernetes.io/openstack-internal-load-balancer": ["true"],
};

/** Services that can be reached from outside of the cluster. */
export const serviceExposure = resourceRule({
  name: "net-04-service-exposure",
  group: "network",
  severity: "high",
  summary:
    "Services stay inside the cluster; a load balancer is internal, and says from where it may be reached.",
  why: "A node port is open on every node, a load balancer faces the internet unless it is told not to, and external IPs let a Service take over addresses of others.",
  fix: "Use type ClusterIP; for the way in, type LoadBalancer with the cloud's annotation for an internal one and spec.loadBalancerSourceRanges.",
  maps: [
    "KubeLinter-exposed-services",
    "KubeScore-service-type",
    "Gatekeeper-block-nodeport-services",
    "Gatekeeper-externalip",
    "C-0256",
  ],
  unknown: "cannot tell",
  bad: `new k8s.core.v1.Service("db", { spec: { type: "LoadBalancer", ports: [{ port: 5432 }] } });`,
  good: `new k8s.core.v1.Service("db", { spec: { type: "ClusterIP", ports: [{ port: 5432 }] } });`,
  options: {
    edge: { description: "names of Services that may face the internet or have node ports", default: [] },
  },
  types: withPatch("kubernetes:core/v1:Service"),
  check({ name, props }, report) {
    const spec = at(props, "spec");
    const edge = report.list("edge").includes(name);
    report.must("spec.externalIPs", at(spec, "externalIPs"), isMissing, "takes addresses of others");
    const type = at(spec, "type");
    if (!edge) report.must("spec.type", type, (known) => known !== "NodePort", "opens a port on every node");
    if (type !== "LoadBalancer") return;
    if (!edge) {
      const internal = isInternal(at(props, "metadata", "annotations"));
      if (internal === false) report.violation("metadata.annotations", "asks for no internal load balancer");
      else if (internal !== true) report.cannotTell("metadata.annotations");
    }
    const ranges = at(spec, "loadBalancerSourceRanges");
    const path = "spec.loadBalancerSourceRanges";
    report.must(path, ranges, (known) => !isMissing(known), "is missing: everybody may come");
    items(ranges).forEach((range, index) =>
      report.must(
        `${path}[${index}]`,
        range,
        (known) => edge || !isWorld(text(known) ?? ""),
        "is the internet",
      ),
    );
  },
});

const isInternal = (annotations: Value) =>
  some(
    Object.entries(INTERNAL).map(([key, values]) => {
      const value = at(annotations, key);
      return isUnknown(value) ? value : values.includes(text(value)?.toLowerCase() ?? "");
    }),
  );
