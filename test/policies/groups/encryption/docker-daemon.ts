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
