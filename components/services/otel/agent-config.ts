import { TLS } from "../../core/foundation";
import type { OtlpConnection } from "../../core/telemetry";
import { FILES, HOST_VIEWS } from "../../core/workload";
import { health, memoryLimiter, ownReceiver, queue, storage, telemetry } from "./common";
import { quoteRaw } from "./ottl";
import { redactAttributes, redactText } from "./redaction";
import { CONTINUATION, toSchema } from "./schema";

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

/** The agent's file. */
export function agentConfiguration(stack: string, collector: OtlpConnection): object {
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
      filelog: containerLogs(stack),
      hostmetrics: machine,
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
          processors: ["memory_limiter"],
          exporters: ["otlp_http"],
        },
      },
    },
  };
}

/** The lines of this stack's containers, each put together again, with whose it is. */
function containerLogs(stack: string): object {
  const label = (name: string): string => `attributes.attrs["semblance.${name}"]`;
  const move = (from: string, to: string): object => ({ type: "move", from, to, if: `${from} != nil` });
  return {
    include: [`${HOST_VIEWS["container-logs"]}/*/*-json.log`],
    include_file_name: false,
    include_file_path: true,
    start_at: "beginning",
    storage: "file_storage",
    poll_interval: "1s",
    // What the collector cannot take now waits in its file.
    retry_on_failure: { enabled: true, max_elapsed_time: "0s" },
    operators: [
      {
        type: "json_parser",
        on_error: "drop",
        timestamp: { parse_from: "attributes.time", layout: "%Y-%m-%dT%H:%M:%S.%LZ", location: "UTC" },
      },
      // Drops what is true: lines of other stacks, and of containers that are nobody's.
      {
        type: "filter",
        expr: `attributes.attrs == nil or attributes.attrs["semblance.stack"] != ${quoteRaw(stack)}`,
      },
      {
        type: "add",
        field: "attributes.source",
        value: 'EXPR(attributes["log.file.path"] + attributes.stream)',
      },
      // The engine cuts lines at 16 KiB; the last piece ends with a line feed.
      {
        type: "recombine",
        id: "pieces",
        combine_field: "attributes.log",
        combine_with: "",
        is_last_entry: 'attributes.log endsWith "\\n"',
        source_identifier: "attributes.source",
        max_log_size: 262_144,
        force_flush_period: "2s",
      },
      // A line of JSON is whole; of text, a traceback is kept together.
      {
        type: "router",
        id: "kinds",
        routes: [{ expr: 'attributes.log startsWith "{"', output: "line" }],
        default: "tracebacks",
      },
      {
        type: "recombine",
        id: "tracebacks",
        combine_field: "attributes.log",
        combine_with: "",
        is_first_entry: `not (attributes.log matches ${quoteRaw(CONTINUATION)})`,
        source_identifier: "attributes.source",
        max_log_size: 65_536,
        force_flush_period: "1s",
      },
      { type: "move", id: "line", from: "attributes.log", to: "body" },
      { type: "filter", expr: `body matches ${quoteRaw(String.raw`^\s*$`)}` },
      { type: "move", from: "attributes.stream", to: 'attributes["log.iostream"]' },
      move(label("service"), 'resource["service.name"]'),
      {
        type: "copy",
        from: label("job"),
        to: "resource.job",
        if: `${label("job")} != nil`,
      },
      move(label("job"), 'resource["service.name"]'),
      move(label("stack"), "resource.stack"),
      { type: "retain", fields: ['attributes["log.iostream"]'] },
    ],
  };
}

/** What the machine has and how much of it is in use. */
const machine = {
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
      exclude: { interfaces: ["^(lo|veth.*|br-.*|docker0)$"], match_type: "regexp" },
    },
    disk: { exclude: { devices: ["^(loop|ram|sr)\\d+$"], match_type: "regexp" } },
    filesystem: {
      metrics: { "system.filesystem.utilization": { enabled: true } },
      include_fs_types: {
        fs_types: ["ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "vfat", "nfs", "nfs4"],
        match_type: "strict",
      },
      exclude_mount_points: {
        mount_points: ["^/(dev|proc|sys|run|snap|host|etc/semblance)($|/)"],
        match_type: "regexp",
      },
    },
  },
};
