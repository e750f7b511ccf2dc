import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

type Port = Readonly<Record<string, string | number>>;
const container = (...ports: Port[]): Fixture => ({
  type: "docker:index/container:Container",
  props: { image: "example/db:1", ports },
});
const service = (...ports: Port[]): Fixture => ({
  type: "docker:index/service:Service",
  props: { endpointSpec: { ports } },
});

const sql = { internal: 5432, external: 5432 };

export const dockerPorts: Cases = {
  rule: "net-11-docker-ports",
  good: container({ ...sql, ip: "127.0.0.1" }),
  bad: container({ ...sql, ip: "0.0.0.0" }),
  unknown: container({ ...sql, ip: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: container(sql),
  missingIs: "violation",
  canary: {
    type: "docker:index/container:Container",
    props: { ports: [sql], envs: [`PASSWORD=${CANARY}`] },
  },
  sibling: service({ targetPort: 5432, publishedPort: 5432 }),
  more: [
    { name: "every address of IPv6", is: "violation", of: container({ ...sql, ip: "::" }) },
    {
      name: "every address of IPv6, in full",
      is: "violation",
      of: container({ ...sql, ip: "[0:0:0:0:0:0:0:0]" }),
    },
    { name: "the machine itself by IPv6", is: "fine", of: container({ ...sql, ip: "::1" }) },
    {
      name: "whatever the image exposes",
      is: "violation",
      of: { type: "docker:index/container:Container", props: { publishAllPorts: true } },
    },
    {
      name: "a port of the system",
      is: "violation",
      of: container({ internal: 22, external: 22, ip: "127.0.0.1" }),
    },
    {
      name: "a port of the web",
      is: "fine",
      of: container({ internal: 8443, external: 443, ip: "192.0.2.1" }),
    },
    { name: "a free port", is: "fine", of: container({ internal: 5432, ip: "127.0.0.1" }) },
    { name: "a service that publishes nothing", is: "fine", of: service() },
    {
      name: "an unknown address beside an open one",
      is: "violation",
      of: container({ ...sql, ip: UNKNOWN }, sql),
    },
    {
      name: "ports that nobody knows",
      is: "cannot tell",
      of: { type: "docker:index/container:Container", props: { ports: UNKNOWN } },
    },
  ],
};
