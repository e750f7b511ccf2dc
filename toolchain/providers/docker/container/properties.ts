import type { Schema } from "../../base/resource";
import { type Inputs, LABELS, listOf, replacing, setOf, TEXT_MAP } from "../infer";
import { MOUNTS, NETWORKS, PORTS, UPLOADS, VOLUMES } from "./lists";

const TEXT = { type: "string" } as const;
const FLAG = { type: "boolean" } as const;
const COUNT = { type: "number", integer: true, min: 0 } as const;
const TEXTS = setOf(TEXT);

/** What the engine changes on a living container, or what only this provider looks at. */
const CHANGEABLE = {
  restart: { type: "string", oneOf: ["no", "on-failure", "always", "unless-stopped"], default: "no" },
  maxRetryCount: COUNT,
  memory: COUNT,
  memorySwap: { type: "number", integer: true, min: -1 },
  memoryReservation: COUNT,
  cpuShares: COUNT,
  cpuSet: TEXT,
  mustRun: { type: "boolean", default: true },
  start: { type: "boolean", default: true },
  attach: { type: "boolean", default: false },
  logs: { type: "boolean", default: false },
  wait: { type: "boolean", default: false },
  waitTimeout: { type: "number", integer: true, min: 1, default: 60 },
  removeVolumes: { type: "boolean", default: true },
  destroyGraceSeconds: COUNT,
  containerReadRefreshTimeoutMilliseconds: COUNT,
} as const satisfies Schema;

/** What the engine fixes when it creates the container. */
const FIXED = replacing({
  image: { type: "string", required: true },
  name: TEXT,
  platform: TEXT,
  command: listOf(TEXT),
  entrypoints: listOf(TEXT),
  envs: TEXTS,
  user: TEXT,
  workingDir: TEXT,
  hostname: TEXT,
  domainname: TEXT,
  hosts: setOf({
    type: "object",
    properties: { host: { type: "string", required: true }, ip: { type: "string", required: true } },
  } as const),
  labels: LABELS,
  ports: PORTS,
  publishAllPorts: FLAG,
  networksAdvanced: NETWORKS,
  networkMode: { type: "string", default: "bridge" },
  volumes: VOLUMES,
  mounts: MOUNTS,
  tmpfs: TEXT_MAP,
  uploads: UPLOADS,
  healthcheck: {
    type: "object",
    properties: {
      tests: listOf(TEXT),
      interval: TEXT,
      timeout: TEXT,
      startPeriod: TEXT,
      startInterval: TEXT,
      retries: COUNT,
    },
  },
  rm: { type: "boolean", default: false },
  tty: { type: "boolean", default: false },
  stdinOpen: { type: "boolean", default: false },
  readOnly: { type: "boolean", default: false },
  privileged: FLAG,
  init: FLAG,
  capabilities: { type: "object", properties: { adds: TEXTS, drops: TEXTS } },
  securityOpts: TEXTS,
  groupAdds: TEXTS,
  sysctls: TEXT_MAP,
  cpus: TEXT,
  shmSize: COUNT,
  ulimits: setOf({
    type: "object",
    properties: {
      name: { type: "string", required: true },
      soft: { type: "number", required: true, integer: true },
      hard: { type: "number", required: true, integer: true },
    },
  } as const),
  gpus: TEXT,
  runtime: TEXT,
  logDriver: TEXT,
  logOpts: TEXT_MAP,
  stopSignal: TEXT,
  stopTimeout: COUNT,
  dns: TEXTS,
  dnsOpts: TEXTS,
  dnsSearches: TEXTS,
  pidMode: TEXT,
  ipcMode: TEXT,
  usernsMode: TEXT,
  cgroupnsMode: TEXT,
} as const satisfies Schema);

/** The inputs of `docker.Container` that this provider takes; it refuses any other by name. */
export const CONTAINER_PROPERTIES = { ...FIXED, ...CHANGEABLE } as const satisfies Schema;

/** Outputs that a preview cannot know: what is never an input, and what the engine chooses where an input is absent. */
export const CONTAINER_OUTPUTS = [
  ...["bridge", "containerLogs", "exitCode", "networkDatas"],
  ...["command", "entrypoints", "healthcheck", "hostname", "init", "ipcMode", "logDriver", "platform"],
  ...["runtime", "securityOpts", "shmSize", "stopSignal", "stopTimeout"],
];

/** Types of the outputs that are no inputs and no texts: a job that is only pretended has done its work. */
export const CONTAINER_OUTPUT_TYPES = {
  exitCode: { type: "number", default: 0 },
  networkDatas: { type: "list", items: { type: "object", properties: {} } },
} as const satisfies Schema;

/** Checked inputs of a container; `name` is there because Check generates a missing one. */
export type ContainerInputs = Inputs<typeof CONTAINER_PROPERTIES> & { name: string };
