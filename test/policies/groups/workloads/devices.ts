import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { deployment, docker, dockerSecrets, swarm } from "./fixtures";

const bind = (propagation: string) => ({
  mounts: [{ type: "bind", source: "/srv", target: "/srv", bindOptions: { propagation } }],
});

export const noHostDevices: Cases = {
  rule: "wl-15-no-host-devices",
  good: [
    docker({ ...bind("rprivate"), gpus: "device=0" }),
    deployment({ volumeMounts: [{ mountPropagation: "None" }] }, {}, "b"),
  ],
  bad: docker({ devices: [{ hostPath: "/dev/sda" }] }),
  unknown: docker({ devices: [{ hostPath: UNKNOWN }] }),
  unknownIs: "cannot tell",
  missing: docker({}),
  missingIs: "fine",
  canary: docker({ ...dockerSecrets, devices: [{ hostPath: `/dev/${CANARY}` }] }),
  sibling: swarm(bind("rshared")),
  more: [
    { name: "a rule of devices", is: "violation", of: docker({ deviceCgroupRules: ["c 42:* rmw"] }) },
    { name: "mounts that the machine sees", is: "violation", of: docker(bind("shared")) },
    {
      name: "mounts that a node sees",
      is: "violation",
      of: deployment({ volumeMounts: [{ mountPropagation: "Bidirectional" }] }),
    },
    { name: "devices that are not known", is: "cannot tell", of: docker({ devices: UNKNOWN }) },
  ],
};

export const restartPolicy: Cases = {
  rule: "wl-15-restart-policy",
  good: docker({ restart: "unless-stopped" }),
  bad: docker({ restart: "always" }),
  unknown: docker({ restart: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: docker({}),
  missingIs: "fine",
  canary: docker({ ...dockerSecrets, restart: "on-failure" }),
  sibling: swarm({}, { restartPolicy: { condition: "on-failure" } }),
  more: [
    { name: "failures with an end", is: "fine", of: docker({ restart: "on-failure", maxRetryCount: 5 }) },
    {
      name: "failures with a far end",
      is: "violation",
      of: docker({ restart: "on-failure", maxRetryCount: 50 }),
    },
    { name: "a service that goes on", is: "fine", of: swarm({}, { restartPolicy: { condition: "any" } }) },
  ],
};
