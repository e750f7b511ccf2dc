import type { Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { deployment, docker, dockerSecrets, genericPod, swarm } from "./fixtures";

const context = (capabilities: Record<string, string[]>) => ({ securityContext: { capabilities } });

export const fewCapabilities: Cases = {
  rule: "wl-04-few-capabilities",
  good: [
    docker({ capabilities: { drops: ["ALL"], adds: ["CAP_NET_BIND_SERVICE"] } }),
    deployment(context({ drop: ["ALL"], add: ["NET_BIND_SERVICE"] }), {}, "other"),
  ],
  bad: docker({ capabilities: { drops: ["ALL"], adds: ["SYS_ADMIN"] } }),
  unknown: docker({ capabilities: { drops: ["ALL"], adds: UNKNOWN } }),
  unknownIs: "violation",
  missing: docker({}),
  missingIs: "violation",
  canary: docker({ ...dockerSecrets, capabilities: { drops: ["NET_RAW"] } }),
  sibling: swarm({ capDrops: ["ALL"], capAdds: ["CAP_NET_ADMIN"] }),
  more: [
    { name: "a pod that drops some", is: "violation", of: deployment(context({ drop: ["NET_RAW"] })) },
    {
      name: "a pod that adds one",
      is: "violation",
      of: genericPod(context({ drop: ["ALL"], add: ["SYS_PTRACE"] })),
    },
    {
      name: "all of them by another spelling",
      is: "fine",
      of: docker({ capabilities: { drops: ["cap_all"] } }),
    },
    { name: "drops that are not known", is: "violation", of: docker({ capabilities: { drops: UNKNOWN } }) },
    { name: "one that never starts", is: "fine", of: docker({ start: false }) },
  ],
};
