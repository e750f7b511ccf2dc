import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const provider = (props: Fixture["props"]): Fixture => ({ type: "pulumi:providers:docker", props });
const tcp = "tcp://10.0.0.5:2376";

export const dockerDaemonTls: Cases = {
  rule: "eit-11-docker-daemon-tls",
  good: provider({ host: "ssh://deploy@10.0.0.5" }),
  bad: provider({ host: tcp }),
  unknown: provider({ host: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: provider({}),
  missingIs: "fine",
  canary: provider({ host: `tcp://user:${CANARY}@10.0.0.5:2375` }),
  sibling: { ...provider({ host: tcp }), type: "pulumi:providers:docker-build" },
  more: [
    {
      name: "a container that steers an engine over TCP",
      is: "violation",
      of: { type: "docker:index/container:Container", props: { envs: ["DOCKER_HOST=tcp://engine:2375"] } },
    },
    {
      name: "a container that does so with certificates",
      is: "fine",
      of: {
        type: "docker:index/container:Container",
        props: { envs: ["DOCKER_HOST=tcp://engine:2376", "DOCKER_TLS_VERIFY=1"] },
      },
    },
    {
      name: "a pod whose engine is not known yet",
      is: "cannot tell",
      of: {
        type: "kubernetes:core/v1:Pod",
        props: { spec: { containers: [{ env: [{ name: "DOCKER_HOST", value: UNKNOWN }] }] } },
      },
    },
    {
      name: "an engine in a pod, open to all",
      is: "violation",
      of: {
        type: "kubernetes:core/v1:Pod",
        props: { spec: { containers: [{ args: ["dockerd", "-H", "tcp://0.0.0.0:2375"] }] } },
      },
    },
    {
      name: "an engine in a pod that asks for certificates",
      is: "fine",
      of: {
        type: "kubernetes:core/v1:Pod",
        props: { spec: { containers: [{ args: ["dockerd", "--tlsverify", "-H", "tcp://0.0.0.0:2376"] }] } },
      },
    },
    { name: "the socket of this machine", is: "fine", of: provider({ host: "unix:///var/run/docker.sock" }) },
    {
      name: "TCP with certificates in a folder",
      is: "fine",
      of: provider({ host: tcp, certPath: "/home/me/certs" }),
    },
    {
      name: "TCP with certificates",
      is: "fine",
      of: provider({ host: tcp, caMaterial: UNKNOWN, certMaterial: "a", keyMaterial: "b" }),
    },
    {
      name: "TCP with one side's certificate",
      is: "violation",
      of: provider({ host: tcp, caMaterial: "a" }),
    },
  ],
};
