import type * as k8s from "@pulumi/kubernetes";
import type { Probe } from "../../core/workload";
import { unexpanded } from "./expansion";

type ProbeArgs = k8s.types.input.core.v1.Probe;

/**
 * A restart is the last resort: some services say that they are not ready while another one is away, and a store may need that
 * long to come back on another node. Restarting its clients in the meantime would help nobody.
 */
const HOPELESS_SECONDS = 600;
const LIVENESS_PERIOD_SECONDS = 60;

/**
 * Probes of a server. Exec, and not over the network: the process is asked on its loopback address, as its spec says.
 * @param alive what tells that only a new start can help; where the spec has none, not having been ready for long does
 */
export function probes(
  ready: Probe,
  alive?: Probe,
): {
  startupProbe: ProbeArgs;
  readinessProbe: ProbeArgs;
  livenessProbe: ProbeArgs;
} {
  const common = asked(ready);
  return {
    // Until it has succeeded once, the others wait.
    startupProbe: {
      ...common,
      periodSeconds: ready.intervalSeconds,
      failureThreshold: Math.ceil(startLimitSeconds(ready) / ready.intervalSeconds),
    },
    readinessProbe: {
      ...common,
      periodSeconds: ready.intervalSeconds,
      failureThreshold: ready.failures,
    },
    livenessProbe:
      alive === undefined
        ? {
            ...common,
            periodSeconds: LIVENESS_PERIOD_SECONDS,
            failureThreshold: HOPELESS_SECONDS / LIVENESS_PERIOD_SECONDS,
          }
        : {
            ...asked(alive),
            initialDelaySeconds: alive.startSeconds,
            periodSeconds: alive.intervalSeconds,
            failureThreshold: alive.failures,
          },
  };
}

const asked = ({ command, timeoutSeconds }: Probe) => ({
  exec: { command: command.map(unexpanded) },
  timeoutSeconds,
});

/** How long a server may take until it is ready, once its image is there. */
export const startLimitSeconds = (ready: Probe): number =>
  ready.startSeconds + (ready.failures + 1) * (ready.intervalSeconds + ready.timeoutSeconds);

/** How long it may take until a pod's container starts: a node is added, a volume attached, an image of some gigabytes pulled. */
export const ARRIVAL_SECONDS = 900;
