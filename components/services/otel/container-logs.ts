import type { ContainerLogs } from "../../core/platform";
import { HOST_VIEWS } from "../../core/workload";
import { literal, quoteRaw } from "./ottl";
import { CONTINUATION } from "./schema";

type Operator = Readonly<Record<string, unknown>>;

/** How one layout of log files is read. */
interface Layout {
  /** Files to read. */
  readonly include: readonly string[];
  /** From a line of a file to `attributes.log`, which ends with a line feed, and `attributes.stream`. */
  readonly parse: readonly Operator[];
  /** When a piece of a line is its last one. */
  readonly lastPiece: string;
  /** After the pieces have come together: what the rules for lines of programs need. */
  readonly whole: readonly Operator[];
  /** Whose the line is: `service.name`, `stack` and, for a job, `job` of the resource. */
  readonly whose: readonly Operator[];
}

const ROOT = HOST_VIEWS["container-logs"];
const move = (from: string, to: string): Operator => ({ type: "move", from, to, if: `${from} != nil` });

/** The receiver of the lines of this stack's containers, each put together again, with whose it is. */
export function containerLogs(stack: string, logs: ContainerLogs): object {
  const layout = layoutOf(stack, logs);
  return {
    include: layout.include,
    include_file_name: false,
    include_file_path: true,
    start_at: "beginning",
    storage: "file_storage",
    poll_interval: "1s",
    // What the collector cannot take now waits in its file.
    retry_on_failure: { enabled: true, max_elapsed_time: "0s" },
    operators: [
      ...layout.parse,
      {
        type: "add",
        field: "attributes.source",
        value: 'EXPR(attributes["log.file.path"] + attributes.stream)',
      },
      // Lines are cut at 16 KiB.
      {
        type: "recombine",
        id: "pieces",
        combine_field: "attributes.log",
        combine_with: "",
        is_last_entry: layout.lastPiece,
        source_identifier: "attributes.source",
        max_log_size: 262_144,
        force_flush_period: "2s",
      },
      ...layout.whole,
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
      ...layout.whose,
      { type: "retain", fields: ['attributes["log.iostream"]'] },
    ],
  };
}

function layoutOf(stack: string, logs: ContainerLogs): Layout {
  switch (logs.format) {
    case "docker-json":
      return dockerJson(stack, logs);
    case "cri":
      return cri(stack, logs);
  }
}

/** Docker's json-file: the files of all containers of the engine, whose lines say which stack they are of. */
function dockerJson(stack: string, { labels }: ContainerLogs & { format: "docker-json" }): Layout {
  const label = (name: keyof typeof labels): string => `attributes.attrs["${labels[name]}"]`;
  return {
    include: [`${ROOT}/*/*-json.log`],
    parse: [
      {
        type: "json_parser",
        on_error: "drop",
        timestamp: { parse_from: "attributes.time", layout: "%Y-%m-%dT%H:%M:%S.%LZ", location: "UTC" },
      },
      // Drops what is true: lines of other stacks, and of containers that are nobody's.
      {
        type: "filter",
        expr: `attributes.attrs == nil or ${label("stack")} != ${quoteRaw(stack)}`,
      },
    ],
    lastPiece: 'attributes.log endsWith "\\n"',
    whole: [],
    whose: [
      move(label("service"), 'resource["service.name"]'),
      { type: "copy", from: label("job"), to: "resource.job", if: `${label("job")} != nil` },
      move(label("job"), 'resource["service.name"]'),
      move(label("stack"), "resource.stack"),
    ],
  };
}

/**
 * What container runtimes write for the kubelet. Its path says whose a file is, so that those of others are not opened. The
 * collector's own parser of this format takes what a program writes to its two streams in turns for pieces of one line.
 */
function cri(stack: string, { namespaces, servers }: ContainerLogs & { format: "cri" }): Layout {
  const path = String.raw`/[^/_]+_(?P<pod>[^/_]+)_[^/]+/(?P<container>[^/]+)/[^/]+$`;
  const isJob =
    `attributes.pod startsWith attributes.container + "-" and ` +
    `not (attributes.container in ${JSON.stringify(servers)})`;
  return {
    // Beside a file that the kubelet has put aside there are packed ones; those have been read.
    include: namespaces.map((namespace) => `${ROOT}/${namespace}_*/*/*.log`),
    parse: [
      {
        type: "regex_parser",
        on_error: "drop",
        regex: literal(String.raw`^(?P<time>\S+) (?P<stream>stdout|stderr) (?P<tags>[^ ]+) ?(?P<log>.*)$`),
        timestamp: {
          parse_from: "attributes.time",
          layout_type: "gotime",
          layout: "2006-01-02T15:04:05.999999999Z07:00",
        },
      },
    ],
    // Of several tags, which a colon parts, the first one says it: F is full, P is partial.
    lastPiece: `not (attributes.tags matches ${quoteRaw("^P(:|$)")})`,
    whole: [
      // As Docker has it, so that the same rules say which lines belong together.
      { type: "add", field: "attributes.log", value: 'EXPR(attributes.log + "\\n")' },
      {
        type: "regex_parser",
        parse_from: 'attributes["log.file.path"]',
        regex: literal(path),
      },
    ],
    whose: [
      { type: "copy", from: "attributes.container", to: "resource.job", if: isJob },
      { type: "move", from: "attributes.container", to: 'resource["service.name"]' },
      { type: "move", from: "attributes.pod", to: 'resource["k8s.pod.name"]' },
      { type: "add", field: "resource.stack", value: stack },
    ],
  };
}
