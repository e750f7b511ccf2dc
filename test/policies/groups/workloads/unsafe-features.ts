import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { cronJob, deployment, docker, podSecrets, swarm } from "./fixtures";

const sysctl = (name: string) => ({ securityContext: { sysctls: [{ name, value: CANARY }] } });

export const noUnsafeFeatures: Cases = {
  rule: "wl-10-no-unsafe-features",
  good: deployment(
    { ports: [{ containerPort: 80, hostPort: 0 }], securityContext: { procMount: "Default" } },
    {
      ...sysctl("net.ipv4.ip_unprivileged_port_start"),
      volumes: [
        { name: "a", emptyDir: {} },
        { name: "b", projected: { sources: [] } },
      ],
    },
  ),
  bad: deployment({ ports: [{ containerPort: 80, hostPort: 80 }] }),
  unknown: deployment({ ports: [{ containerPort: 80, hostPort: UNKNOWN }] }),
  unknownIs: "cannot tell",
  missing: deployment({}),
  missingIs: "fine",
  canary: deployment(podSecrets, sysctl("kernel.msgmax")),
  sibling: swarm({ sysctl: { "net.core.somaxconn": "1024" } }),
  more: [
    { name: "a bare /proc", is: "violation", of: cronJob({ securityContext: { procMount: "Unmasked" } }) },
    {
      name: "storage of a cloud",
      is: "violation",
      of: deployment({}, { volumes: [{ name: "a", nfs: {} }] }),
    },
    {
      name: "a folder of the node",
      is: "fine",
      of: deployment({}, { volumes: [{ name: "a", hostPath: {} }] }),
    },
    { name: "volumes that are not known", is: "cannot tell", of: deployment({}, { volumes: [UNKNOWN] }) },
    { name: "a setting that is not known", is: "cannot tell", of: deployment({}, sysctl(UNKNOWN)) },
    { name: "Docker, a safe one", is: "fine", of: docker({ sysctls: { "net/ipv4/tcp_syncookies": "1" } }) },
    { name: "Docker, another", is: "violation", of: docker({ sysctls: { "kernel.shmmax": "1" } }) },
    { name: "Docker, not known", is: "cannot tell", of: docker({ sysctls: UNKNOWN }) },
  ],
};
