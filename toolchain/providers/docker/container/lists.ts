import type { Property } from "../../base/resource";
import { type Inputs, LABELS, setOf, TEXT_MAP } from "../infer";

const TEXT = { type: "string" } as const;
const FLAG = { type: "boolean" } as const;
const COUNT = { type: "number", integer: true, min: 0 } as const;
const PORT = { type: "number", integer: true, min: 0, max: 65535 } as const;

/** Published ports; without `external` the engine chooses a free one. */
export const PORTS = setOf({
  type: "object",
  properties: {
    internal: { ...PORT, min: 1, required: true },
    external: PORT,
    ip: { type: "string", default: "0.0.0.0" },
    protocol: { type: "string", oneOf: ["tcp", "udp", "sctp"], default: "tcp" },
  },
} as const satisfies Property);

/** Attachments to networks, each by the network's name or id. */
export const NETWORKS = setOf({
  type: "object",
  properties: {
    name: { type: "string", required: true },
    aliases: setOf(TEXT),
    ipv4Address: TEXT,
    ipv6Address: TEXT,
    linkLocalIps: setOf(TEXT),
    macAddress: TEXT,
    driverOpts: setOf(TEXT),
  },
} as const satisfies Property);

/** Volumes and host paths; with only a path it is an anonymous volume. */
export const VOLUMES = setOf({
  type: "object",
  properties: {
    containerPath: TEXT,
    volumeName: TEXT,
    hostPath: TEXT,
    fromContainer: TEXT,
    readOnly: FLAG,
    selinuxRelabel: { type: "string", oneOf: ["z", "Z"] },
  },
} as const satisfies Property);

/** The long form of mounts. */
export const MOUNTS = setOf({
  type: "object",
  properties: {
    type: { type: "string", required: true, oneOf: ["bind", "volume", "tmpfs"] },
    target: { type: "string", required: true },
    source: TEXT,
    readOnly: FLAG,
    bindOptions: {
      type: "object",
      properties: {
        propagation: {
          type: "string",
          oneOf: ["private", "rprivate", "shared", "rshared", "slave", "rslave"],
        },
      },
    },
    tmpfsOptions: { type: "object", properties: { mode: COUNT, sizeBytes: COUNT } },
    volumeOptions: {
      type: "object",
      properties: { noCopy: FLAG, labels: LABELS, driverName: TEXT, driverOptions: TEXT_MAP },
    },
  },
} as const satisfies Property);

/** Files that are written into the container before it starts. */
export const UPLOADS = setOf({
  type: "object",
  properties: {
    file: { type: "string", required: true },
    content: TEXT,
    contentBase64: TEXT,
    executable: { type: "boolean", default: false },
    permissions: TEXT,
    owner: TEXT,
    group: TEXT,
  },
} as const satisfies Property);

type Element<L extends { items: { properties: object } }> = Inputs<L["items"]["properties"]>;

export type PortInput = Element<typeof PORTS>;
export type NetworkInput = Element<typeof NETWORKS>;
export type VolumeInput = Element<typeof VOLUMES>;
export type MountInput = Element<typeof MOUNTS>;
export type UploadInput = Element<typeof UPLOADS>;
