import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

type Props = Fixture["props"];
const CONTAINER = "docker:index/container:Container";
const SERVICE = "docker:index/service:Service";

const plain = (props: Props): Fixture => ({ type: CONTAINER, name: "web", props });
const network = (name: string, props: Props = {}): Fixture => ({
  type: "docker:index/network:Network",
  name,
  props: { name: `shop-${name}`, ...props },
});
/** A container in networks of the stack, by their ids, which are not known yet. */
const member = (name: string, ...networks: string[]): Fixture => ({
  type: CONTAINER,
  name,
  props: { image: `example/${name}:1`, networksAdvanced: networks.map(() => ({ name: UNKNOWN })) },
  dependsOn: { networksAdvanced: networks },
});

export const dockerDefaultNetwork: Cases = {
  rule: "net-12-docker-default-network",
  good: plain({ networksAdvanced: [{ name: "shop-front" }] }),
  bad: plain({ networkMode: "host" }),
  unknown: plain({ networkMode: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: plain({ image: "example/web:1" }),
  missingIs: "violation",
  canary: plain({ envs: [`PASSWORD=${CANARY}`] }),
  sibling: {
    type: SERVICE,
    props: { taskSpec: { networksAdvanceds: [{ name: UNKNOWN }, { name: "host" }] } },
  },
  more: [
    { name: "no network at all", is: "fine", of: plain({ networkMode: "none" }) },
    { name: "a network by its mode", is: "fine", of: plain({ networkMode: "shop-front" }) },
    {
      name: "a network of its own, and the mode that the provider fills in",
      is: "fine",
      of: plain({ networkMode: "bridge", networksAdvanced: [{ name: "shop-front" }] }),
    },
    { name: "networks that are not known yet", is: "fine", of: plain({ networksAdvanced: UNKNOWN }) },
    {
      name: "the default bridge among others",
      is: "violation",
      of: plain({ networksAdvanced: [{ name: UNKNOWN }, { name: "bridge" }] }),
    },
    {
      name: "the host's network, whatever else is joined",
      is: "violation",
      of: plain({ networkMode: "host", networksAdvanced: [{ name: "shop-front" }] }),
    },
  ],
};

const db = member("postgres", "data");

export const dockerDataInternal: Cases = {
  rule: "net-12-docker-data-internal",
  good: [db, network("data", { internal: true })],
  bad: [db, network("data", { internal: false })],
  unknown: [db, network("data", { internal: UNKNOWN })],
  unknownIs: "cannot tell",
  missing: [db, network("data")],
  missingIs: "violation",
  canary: [{ ...db, props: { ...db.props, envs: [`PASSWORD=${CANARY}`] } }, network("data")],
  sibling: [
    {
      type: SERVICE,
      name: "db",
      props: {
        taskSpec: { containerSpec: { image: "redis:8" }, networksAdvanceds: [{ name: "shop-data" }] },
      },
    },
    network("data"),
  ],
  more: [
    {
      name: "a database by the name of the image that it is started from",
      is: "violation",
      of: [
        {
          ...db,
          props: { ...db.props, image: UNKNOWN },
          dependsOn: { ...db.dependsOn, image: ["image"] },
        },
        {
          type: "docker:index/remoteImage:RemoteImage",
          name: "image",
          props: { name: "docker.io/library/postgres:17" },
        },
        network("data"),
      ],
    },
    { name: "what keeps no data", is: "fine", of: [member("web", "data"), network("data")] },
    {
      name: "a second network that leads out",
      is: "violation",
      of: [member("postgres", "data", "edge"), network("data", { internal: true }), network("edge")],
    },
    {
      name: "a network by its name",
      is: "violation",
      of: [
        { type: CONTAINER, name: "db", props: { image: "minio", networksAdvanced: [{ name: "shop-data" }] } },
        network("data"),
      ],
    },
    {
      name: "a network of somebody else",
      is: "cannot tell",
      of: [
        { type: CONTAINER, name: "db", props: { image: "minio", networksAdvanced: [{ name: "theirs" }] } },
      ],
    },
    {
      name: "a container that never runs",
      is: "fine",
      of: [{ ...db, props: { ...db.props, start: false } }, network("data")],
    },
  ],
};

export const dockerNetworkInternal: Cases = {
  rule: "net-12-docker-network-internal",
  good: network("data", { internal: true }),
  bad: network("data", { internal: false }),
  unknown: network("data", { internal: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: network("data"),
  missingIs: "violation",
  canary: network("data", { labels: [{ label: "note", value: CANARY }] }),
  // There is one type; another driver leads out as well.
  sibling: network("data", { driver: "macvlan" }),
};

const flat = [member("web", "all"), member("db", "all"), member("cache", "all")];
const apart = { "com.docker.network.bridge.enable_icc": "false" };

export const dockerFlatNetwork: Cases = {
  rule: "net-12-docker-flat-network",
  good: [
    member("web", "sql", "cache"),
    member("db", "sql"),
    member("redis", "cache"),
    network("sql", { internal: true }),
    network("cache", { internal: true }),
  ],
  bad: [...flat, network("all", { internal: true })],
  unknown: [...flat, network("all", { internal: true, options: UNKNOWN })],
  unknownIs: "cannot tell",
  missing: [...flat, network("all")],
  missingIs: "violation",
  canary: [...flat, network("all", { labels: [{ label: "note", value: CANARY }] })],
  sibling: [
    ...flat.slice(1),
    { type: SERVICE, name: "web", props: { taskSpec: { networksAdvanceds: [{ name: "shop-all" }] } } },
    network("all", { internal: true }),
  ],
  more: [
    { name: "all in one, and each apart", is: "fine", of: [...flat, network("all", { options: apart })] },
    {
      name: "two in one that leads out",
      is: "violation",
      of: [
        member("web", "out"),
        member("db", "out"),
        member("cache", "data"),
        network("out"),
        network("data", { internal: true }),
      ],
    },
    {
      name: "one in one that leads out",
      is: "fine",
      of: [member("web", "out"), member("db", "data"), network("out"), network("data", { internal: true })],
    },
    {
      name: "containers without a network beside them",
      is: "violation",
      of: [...flat, { ...plain({ networkMode: "none" }), name: "alone" }, network("all", { internal: true })],
    },
  ],
};
