import { TLS } from "../../core/foundation";
import type { ContainerLogs } from "../../core/platform";
import type { OtlpConnection } from "../../core/telemetry";
import { FILES, HOST_VIEWS } from "../../core/workload";
import { containerLogs } from "./container-logs";
import { health, memoryLimiter, ownReceiver, queue, storage, telemetry } from "./common";
import { redactAttributes, redactText } from "./redaction";
import { toSchema } from "./schema";

/** Folder of what has been read so far and what has not been sent yet: root's in the image, as the agent is. */
export const AGENT_DATA = "/var/lib/otelagent";
export const PASSWORD = `${FILES}/secrets/otlp-password` as const;

/**
 * What the agent takes for /proc: the machine's own files, with the network of its first process. The machine's /proc/net
 * leads whoever reads it to his own network, which would be the container's.
 */
export const PROC = "/tmp/proc";
const MACHINE_PROC = `${HOST_VIEWS.machine}/proc`;
const PROC_FILES = [
  "1",
  "cpuinfo",
  "diskstats",
  "filesystems",
  "loadavg",
  "meminfo",
  "stat",
  "swaps",
  "uptime",
  "vmstat",
];
export const LINK_PROC = [
  `mkdir -p ${PROC} && cd ${PROC}`,
  `for file in ${PROC_FILES.join(" ")}; do ln -sfn ${MACHINE_PROC}/$file $file; done`,
  `ln -sfn ${MACHINE_PROC}/1/net net`,
].join(" && ");

/** Where the name of the agent's machine lies, for the file to take it from. */
const NODE = "/tmp/node";
/** Writes it there, out of a variable. */
export const nameNode = (variable: string): string => `printf %s "$${variable}" > ${NODE}`;

/** What the agent's file depends on. */
export interface AgentSettings {
  readonly stack: string;
  readonly logs: ContainerLogs;
  /** One of several machines, whose name is in `NODE`. */
  readonly oneOfSeveral: boolean;
  readonly collector: OtlpConnection;
}

/** The agent's file. */
export function agentConfiguration({ stack, logs, oneOfSeveral, collector }: AgentSettings): object {
  const { host, port } = collector.address;
  return {
    extensions: {
      "basicauth/collector": {
        client_auth: { username: collector.login.username, password: `\${file:${PASSWORD}}` },
      },
      file_storage: storage(AGENT_DATA),
      health_check: health,
    },
    receivers: {
      filelog: containerLogs(stack, logs),
      hostmetrics: machine(oneOfSeveral),
      "otlp/own": ownReceiver,
    },
    processors: {
      memory_limiter: memoryLimiter,
      "transform/schema": {
        error_mode: "silent",
        log_statements: [{ context: "log", statements: toSchema() }],
      },
      "transform/redaction": {
        error_mode: "ignore",
        log_statements: [
          { context: "log", statements: [...redactText("log.body"), ...redactAttributes("log.attributes")] },
        ],
      },
      ...(oneOfSeveral ? { "transform/node": byNode } : {}),
    },
    exporters: {
      otlp_http: {
        endpoint: `https://${host}:${port}`,
        tls: { ca_file: TLS.ca, min_version: "1.2" },
        auth: { authenticator: "basicauth/collector" },
        ...queue(64, "wait"),
      },
    },
    service: {
      telemetry: telemetry("otel-agent"),
      extensions: ["basicauth/collector", "file_storage", "health_check"],
      pipelines: {
        logs: {
          receivers: ["filelog"],
          processors: ["memory_limiter", "transform/schema", "transform/redaction"],
          exporters: ["otlp_http"],
        },
        metrics: {
          receivers: ["hostmetrics", "otlp/own"],
          processors: ["memory_limiter", ...(oneOfSeveral ? ["transform/node"] : [])],
          exporters: ["otlp_http"],
        },
      },
    },
  };
}

/** A label that tells machines apart, whose series would otherwise be one. */
const byNode = {
  error_mode: "ignore",
  metric_statements: [
    {
      context: "datapoint",
      statements: [`set(datapoint.attributes["node"], "\${file:${NODE}}")`],
    },
  ],
};

const NO_DISKS = ["dev", "proc", "sys", "run", "snap", "host", "etc/semblance"];
/** Folders below which a node mounts the volumes of its pods: later than the agent sees, and one series each for every pod. */
const POD_MOUNTS = ["var/lib/kubelet", "var/lib/containerd", "var/lib/containers"];
/** A node's ends of the networks of its pods, as the common network plugins call them. */
const POD_INTERFACES = ["eni.*", "cali.*", "lxc.*", "cni.*", "flannel.*", "kube-.*"];

/** What the machine has and how much of it is in use. */
const machine = (oneOfSeveral: boolean): object => ({
  root_path: HOST_VIEWS.machine,
  collection_interval: "15s",
  scrapers: {
    cpu: { metrics: { "system.cpu.logical.count": { enabled: true } } },
    memory: {
      metrics: {
        "system.memory.limit": { enabled: true },
        "system.linux.memory.available": { enabled: true },
      },
    },
    load: {},
    paging: {},
    // Connections would be those of the agent's own network.
    network: {
      metrics: { "system.network.connections": { enabled: false } },
      exclude: {
        interfaces: [
          `^(${["lo", "veth.*", "br-.*", "docker0", ...(oneOfSeveral ? POD_INTERFACES : [])].join("|")})$`,
        ],
        match_type: "regexp",
      },
    },
    disk: { exclude: { devices: ["^(loop|ram|sr)\\d+$"], match_type: "regexp" } },
    filesystem: {
      metrics: { "system.filesystem.utilization": { enabled: true } },
      include_fs_types: {
        fs_types: ["ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "vfat", "nfs", "nfs4"],
        match_type: "strict",
      },
      exclude_mount_points: {
        mount_points: [`^/(${[...NO_DISKS, ...(oneOfSeveral ? POD_MOUNTS : [])].join("|")})($|/)`],
        match_type: "regexp",
      },
    },
  },
});
