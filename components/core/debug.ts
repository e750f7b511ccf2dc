import type { ServiceName } from "../topology";
import type { Foundation } from "./foundation";

/**
 * Services whose logs can be told to say more, and what is switched. A service is not in it where it has no such switch, or
 * where more would show credentials or has not been looked through: docs/development.md says which and why.
 */
export const DEBUG_SWITCHES = {
  gateway: "Caddy's log level DEBUG, without headers",
  "label-studio": "LOG_LEVEL=DEBUG; the libraries that log signed requests stay at WARNING",
  "label-studio-worker": "LOG_LEVEL=DEBUG; the libraries that log signed requests stay at WARNING",
  postgres: "log_min_messages = debug1, ends of connections, lock waits; no statements",
  redis: "loglevel debug",
  prometheus: "--log.level=debug",
  alertmanager: "--log.level=debug",
  weaviate: "LOG_LEVEL=debug",
  mlflow: "LOG_LEVEL=DEBUG; the libraries that log SQL and signed requests stay at WARNING",
  loki: "log_level debug",
  jaeger: "telemetry.logs.level debug",
} as const satisfies Partial<Record<ServiceName, string>>;

/** A service that has a switch. */
export type Debuggable = keyof typeof DEBUG_SWITCHES;
export const debuggable = Object.keys(DEBUG_SWITCHES) as [Debuggable, ...Debuggable[]];

/** What a spec is told: to log at debug level, or nothing. */
export interface Debug {
  /** Logs at debug level: in development mode only, since such logs may hold what people typed. @default false */
  readonly debug?: boolean;
}

/** Whether the stack asks for the debug logs of a service. */
export const debugOf = ({ debug }: Foundation, service: Debuggable): Debug =>
  debug?.has(service) ? { debug: true } : {};
