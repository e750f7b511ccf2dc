import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";
import { object } from "./objects";

const service = (spec: Fixture["props"], annotations: Fixture["props"] = {}): Fixture =>
  object("core/v1:Service", "web", spec, { annotations });

const scheme = "service.beta.kubernetes.io/aws-load-balancer-scheme";
const inside = { type: "LoadBalancer", loadBalancerSourceRanges: ["10.0.0.0/16"] };

export const serviceExposure: Cases = {
  rule: "net-04-service-exposure",
  good: service(inside, { [scheme]: "internal" }),
  bad: service({ type: "NodePort" }),
  unknown: service({ type: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: service({ ports: [{ port: 80 }] }),
  missingIs: "fine",
  canary: service({ ...inside, type: "LoadBalancer" }, { [scheme]: CANARY }),
  sibling: { ...service({ type: "LoadBalancer" }), type: "kubernetes:core/v1:ServicePatch" },
  more: [
    { name: "an address of somebody else", is: "violation", of: service({ externalIPs: ["192.0.2.1"] }) },
    {
      name: "nobody says for whom",
      is: "violation",
      of: service({ type: "LoadBalancer" }, { [scheme]: "internal" }),
    },
    {
      name: "for the whole internet",
      is: "violation",
      of: service(
        { type: "LoadBalancer", loadBalancerSourceRanges: ["0.0.0.0/0"] },
        { [scheme]: "internal" },
      ),
    },
    { name: "facing the internet", is: "violation", of: service(inside, { [scheme]: "internet-facing" }) },
    {
      name: "inside, in another cloud",
      is: "fine",
      of: service(inside, { "networking.gke.io/load-balancer-type": "Internal" }),
    },
    { name: "a scheme that nobody knows", is: "cannot tell", of: service(inside, { [scheme]: UNKNOWN }) },
    {
      name: "an unknown range beside the world",
      is: "violation",
      of: service({ ...inside, loadBalancerSourceRanges: [UNKNOWN, "::/0"] }, { [scheme]: "internal" }),
    },
  ],
};
