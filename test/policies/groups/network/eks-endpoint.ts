import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const cluster = (vpcConfig: Fixture["props"]): Fixture => ({
  type: "aws:eks/cluster:Cluster",
  props: { vpcConfig },
});
const isPrivate = { endpointPrivateAccess: true, endpointPublicAccess: false };

export const eksEndpoint: Cases = {
  rule: "net-07-eks-endpoint",
  good: cluster(isPrivate),
  bad: cluster({ endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] }),
  unknown: cluster({ ...isPrivate, endpointPublicAccess: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: cluster({ endpointPrivateAccess: true }),
  missingIs: "violation",
  canary: { type: "aws:eks/cluster:Cluster", props: { name: CANARY } },
  // There is one type; the same thing is declared in another way.
  sibling: cluster({ endpointPrivateAccess: true, publicAccessCidrs: ["0.0.0.0/1", "128.0.0.0/1"] }),
  more: [
    { name: "no private one", is: "violation", of: cluster({ endpointPublicAccess: false }) },
    {
      name: "public, for named ranges",
      is: "fine",
      of: cluster({
        endpointPrivateAccess: true,
        endpointPublicAccess: true,
        publicAccessCidrs: ["192.0.2.0/24"],
      }),
    },
    {
      name: "an unknown range beside the world",
      is: "violation",
      of: cluster({ endpointPrivateAccess: true, publicAccessCidrs: [UNKNOWN, "::/0"] }),
    },
  ],
};
