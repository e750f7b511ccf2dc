import { FILES } from "../../core/workload";
import type { Probe } from "../../core/workload";

/** Where collector and agent read their configuration. */
export const CONFIG = `${FILES}/otel.yaml` as const;
export const COMMAND = ["otelcol", `--config=file:${CONFIG}`] as const;

/** Loopback port on which a collector takes its own metrics, as if they were another program's. */
const OWN_PORT = 4319;
const HEALTH_PORT = 13133;

/** Ready once every pipeline runs. The image has no HTTP client, so the shell speaks HTTP itself. */
export const READY: Probe = {
  command: [
    "bash",
    "-c",
    `exec 3<>/dev/tcp/127.0.0.1/${HEALTH_PORT} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '200 OK' <&3`,
  ],
  intervalSeconds: 5,
  timeoutSeconds: 5,
  failures: 6,
  startSeconds: 30,
};

/** The receiver of a collector's own metrics. */
export const ownReceiver = { protocols: { http: { endpoint: `127.0.0.1:${OWN_PORT}` } } };

export const health = { endpoint: `127.0.0.1:${HEALTH_PORT}` };

/** Refuses new data, which clients then keep and send again, before the kernel would kill. */
export const memoryLimiter = { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 20 };

/** A folder for what must survive a restart. A file that a crash has broken is put aside instead of keeping the door shut. */
export const storage = (directory: string): object => ({
  directory,
  recreate: true,
  compaction: { on_start: true, on_rebound: true, directory, cleanup_on_start: true },
});

/** A queue on disk that is tried again until the far side takes it; what the far side refuses for good is dropped. */
export const queue = (megabytes: number, whenFull: "wait" | "refuse"): object => ({
  sending_queue: {
    storage: "file_storage",
    sizer: "bytes",
    queue_size: megabytes * 2 ** 20,
    num_consumers: 2,
    block_on_overflow: whenFull === "wait",
    batch: { sizer: "items", flush_timeout: "2s", min_size: 512, max_size: 4096 },
  },
  retry_on_failure: { enabled: true, initial_interval: "1s", max_interval: "15s", max_elapsed_time: "0s" },
});

/** What a collector says of itself: JSON lines, and its metrics every 15 seconds. */
export function telemetry(service: string): object {
  const endpoint = `http://127.0.0.1:${OWN_PORT}`;
  const otlp = { protocol: "http/protobuf", endpoint };
  return {
    resource: { "service.name": service },
    logs: { level: "info", encoding: "json", output_paths: ["stdout"], error_output_paths: ["stdout"] },
    metrics: { level: "normal", readers: [{ periodic: { interval: 15_000, exporter: { otlp } } }] },
  };
}
