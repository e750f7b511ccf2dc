import { matches, quote } from "./ottl";

const ATTRIBUTES = "log.attributes";
const at = (name: string): string => `${ATTRIBUTES}[${quote(name)}]`;

/** How programs spell the fields that every log line has here; the first is ours. */
const SPELLINGS = {
  level: ["level", "severity", "lvl", "levelname", "loglevel", "log.level"],
  message: ["message", "msg"],
  trace: ["trace_id", "traceID", "traceId", "trace.id", "otelTraceID"],
  span: ["span_id", "spanID", "spanId", "span.id", "otelSpanID"],
  error: ["error", "err"],
  /** The engine's time is the record's: all programs are on one clock, and none can say a time that Loki refuses. */
  time: ["time", "ts", "timestamp", "@timestamp", "asctime", "t"],
} as const;

/** The levels, by what programs call them, and OpenTelemetry's number for each. */
const LEVELS: readonly (readonly [level: string, names: string, number: string])[] = [
  ["trace", "trace|finest|t", "SEVERITY_NUMBER_TRACE"],
  ["debug", String.raw`debug\d?|verbose|fine|d|v|\.|-`, "SEVERITY_NUMBER_DEBUG"],
  ["info", String.raw`info|information|notice|log|config|i|\*`, "SEVERITY_NUMBER_INFO"],
  ["warn", "warn|warning|w|#", "SEVERITY_NUMBER_WARN"],
  ["error", "error|err|e|severe", "SEVERITY_NUMBER_ERROR"],
  ["fatal", "fatal|critical|crit|panic|dpanic|alert|emerg|emergency|c|f", "SEVERITY_NUMBER_FATAL"],
];

/** Where the level stands in lines of text. The first that fits counts. */
const TEXT_LEVELS: readonly string[] = [
  // PostgreSQL: 2026-01-02 03:04:05.678 UTC [42] user@database ERROR:  …
  String.raw`^\d{4}-\d\d-\d\d \S+ \S+ \[\d+\] (?:\S* )?(?P<level>DEBUG\d|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC):`,
  // Redis: 1:M 02 Jan 2026 03:04:05.678 * …
  String.raw`^\d+:[A-Z] \d+ \w+ \d{4} \S+ (?P<level>[.*#-]) `,
  // Jupyter: [W 2026-01-02 03:04:05.678 ServerApp] …
  String.raw`^\[(?P<level>[DIWEC]) \d{4}-`,
  "^(?P<level>panic): ",
  String.raw`^.{0,60}?\b(?P<level>TRACE|DEBUG|INFO|NOTICE|WARNING|WARN|ERROR|CRITICAL|FATAL)\b`,
  String.raw`^(?P<level>(?:info|warn|error)): `,
];

/** A line that goes on with what the one before it began: a traceback, a stack, PostgreSQL's details. */
export const CONTINUATION =
  String.raw`^(\s|\}|\)|Caused by:|The above exception was|During handling of|[\w.]+(Error|Exception|Interrupt|Exit)\b` +
  String.raw`|goroutine \d+ \[|created by |exit status \d|[\w./*()-]+\(.*\)\s*$` +
  String.raw`|\d{4}-\d\d-\d\d \S+ \S+ \[\d+\] (\S* )?(DETAIL|HINT|QUERY|CONTEXT|STATEMENT|LOCATION):)`;

const first = (target: string, names: readonly string[]): string[] =>
  names
    .slice(1)
    .map((name) => `set(${at(target)}, ${at(name)}) where ${at(target)} == nil and ${at(name)} != nil`);

const forget = (names: readonly string[]): string[] =>
  names.map((name) => `delete_key(${ATTRIBUTES}, ${quote(name)})`);

const id = (target: string, names: readonly string[], pattern: string): string[] => [
  ...names.map((name) => `set(${target}, ${at(name)}) where ${matches(at(name), pattern)}`),
  ...forget(names),
];

/**
 * Statements that bring a line of whatever program to one schema: a message, a level, the ids of trace and span, and what else
 * the program said as fields. A step that a line does not fit is passed over.
 */
export function toSchema(): string[] {
  return [
    `replace_pattern(log.body, ${quote(String.raw`\s+$`)}, "")`,
    `merge_maps(${ATTRIBUTES}, ParseJSON(log.body), "upsert") where ${matches("log.body", String.raw`^\{`)}`,
    `merge_maps(${ATTRIBUTES}, ParseKeyValue(log.body), "upsert") where ${matches("log.body", "^(time|ts|t|level|lvl)=")}`,
    ...message(),
    ...id("log.trace_id.string", SPELLINGS.trace, "^[0-9a-f]{32}$"),
    ...id("log.span_id.string", SPELLINGS.span, "^[0-9a-f]{16}$"),
    ...level(),
    ...forget([...SPELLINGS.time, "service.name"]),
    // What collectors repeat of themselves in every line.
    `delete_key(${ATTRIBUTES}, "resource") where IsMap(${at("resource")})`,
    `flatten(${ATTRIBUTES})`,
    // Loki refuses a record with more.
    `limit(${ATTRIBUTES}, 64, ["level"])`,
    `truncate_all(${ATTRIBUTES}, 4096)`,
  ];
}

/** What a person reads first: of a request what was asked and answered, otherwise the message, with the error behind it. */
function message(): string[] {
  const request = (name: string): string => `${at("request")}[${quote(name)}]`;
  return [
    ...first("message", SPELLINGS.message),
    `set(log.body, ${at("message")}) where IsString(${at("message")})`,
    `set(log.body, Concat([log.body, ${at("exc_info")}], ${quote("\n")})) where IsString(${at("exc_info")})`,
    ...SPELLINGS.error.map(
      (name) => `set(log.body, Concat([log.body, ${at(name)}], ": ")) where IsString(${at(name)})`,
    ),
    // Caddy, then Label Studio.
    `set(log.body, Concat([${request("method")}, Concat([${request("host")}, ${request("uri")}], ""), ${at("status")}], " ")) where IsMap(${at("request")}) and ${at("status")} != nil`,
    `set(log.body, Concat([${at("method")}, ${at("path")}, ${at("status")}], " ")) where IsString(${at("method")}) and IsString(${at("path")}) and ${at("status")} != nil`,
    ...forget([...SPELLINGS.message, "exc_info"]),
  ];
}

function level(): string[] {
  const own = at("level");
  return [
    ...first("level", SPELLINGS.level),
    ...forget(SPELLINGS.level.slice(1)),
    ...TEXT_LEVELS.map(
      (pattern) =>
        `merge_maps(${ATTRIBUTES}, ExtractPatterns(log.body, ${quote(pattern)}), "upsert") where ${own} == nil and ${matches("log.body", pattern)}`,
    ),
    `set(${own}, "error") where ${own} == nil and ${matches("log.body", "^Traceback ")}`,
    `set(${own}, ConvertCase(String(${own}), "lower")) where ${own} != nil`,
    ...LEVELS.flatMap(([name, names, number]) => [
      `set(log.severity_number, ${number}) where ${matches(own, `^(${names})$`)}`,
      `set(${own}, ${quote(name)}) where log.severity_number == ${number}`,
    ]),
    `set(${own}, "unknown") where log.severity_number == 0`,
    `set(log.severity_text, ${own})`,
  ];
}
