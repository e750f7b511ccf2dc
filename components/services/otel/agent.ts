import * as pulumi from "@pulumi/pulumi";
import { type Foundation, trustFiles } from "../../core/foundation";
import type { ContainerLogs } from "../../core/platform";
import type { OtlpConnection } from "../../core/telemetry";
import type { WorkloadSpec } from "../../core/workload";
import { AGENT_DATA, agentConfiguration, LINK_PROC, nameNode, PASSWORD, PROC } from "./agent-config";
import { COMMAND, CONFIG, READY } from "./common";

const MEMORY_MIB = 192;

/** Args of `OtelAgent`. */
export interface OtelAgentArgs {
  /** Stack whose containers' logs it reads; those of others it drops unread. */
  readonly stack: string;
  readonly collector: OtlpConnection;
}

/** What the agent needs besides. */
export interface OtelAgentSpecArgs extends OtelAgentArgs {
  readonly logs: ContainerLogs;
  /** Variable with the name of its machine, where there are several. @default there is one */
  readonly nodeName?: string | undefined;
}

/** The collector once more, where the files are: reads containers' logs and the machine's counters, and sends both on. */
export function otelAgentSpec({ stack, logs, nodeName, collector }: OtelAgentSpecArgs): WorkloadSpec<never> {
  const settings = { stack, logs, oneOfSeveral: nodeName !== undefined, collector };
  const prepare = [LINK_PROC, ...(nodeName === undefined ? [] : [nameNode(nodeName)])];
  return {
    image: "otel-collector",
    command: ["sh", "-c", [...prepare, `exec ${COMMAND.join(" ")}`].join(" && ")],
    env: { GOMEMLIMIT: `${Math.floor(MEMORY_MIB * 0.75)}MiB`, HOST_PROC: PROC },
    files: {
      ...trustFiles(collector.trust),
      [CONFIG]: JSON.stringify(agentConfiguration(settings), undefined, 2),
      [PASSWORD]: collector.login.password,
    },
    ports: {},
    // Without it every line of the last hours would be sent again.
    volumes: { offsets: { mountPath: AGENT_DATA, onDown: "delete", sizeGiB: 1 } },
    ready: READY,
    // Log files are root's. It is root without any capability, who sees of the machine what the views show.
    user: { uid: 0, gid: 0 },
    views: ["container-logs", "machine"],
    writable: ["/tmp"],
    resources: { cpu: 0.5, memoryMiB: MEMORY_MIB },
    uses: [collector],
  };
}

/** The agent on the machine that the containers run on. */
export class OtelAgent extends pulumi.ComponentResource {
  constructor(
    name: string,
    { platform }: Foundation,
    args: OtelAgentArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:OtelAgent", name, {}, opts);
    const { containerLogs: logs, nodeName } = platform;
    const spec = otelAgentSpec({ ...args, logs, nodeName });
    platform.run("otel-agent", spec, this);
    this.registerOutputs({});
  }
}
