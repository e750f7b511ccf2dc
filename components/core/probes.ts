import type { Probe } from "./workload";

/** The address that a probe inside the workload dials, given where the workload listens. */
export const probeHost = (listen: readonly string[]): string => {
  const first = listen[0] ?? "127.0.0.1";
  return first === "0.0.0.0" ? "127.0.0.1" : first;
};

/**
 * Ready as soon as the port is listened on, read from the kernel's own table: for images that bring no client. Whether the
 * service also works is what its metrics tell.
 */
export function listening(port: number): Probe {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return {
    command: ["sh", "-c", `grep -q ':${hex} [0-9A-F]*:0000 0A ' /proc/net/tcp /proc/net/tcp6`],
    intervalSeconds: 5,
    timeoutSeconds: 5,
    failures: 6,
    startSeconds: 20,
  };
}
