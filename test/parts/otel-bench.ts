import type Docker from "dockerode";
import { HOST_VIEWS, type HostView, type WorkloadSpec } from "../../components/core/workload";
import { imageHere } from "../support/bench";
import { docker, label, logsOf } from "../support/engine";
import { until } from "../support/until";
import { NetworkBench } from "./network-bench";

/** A small stack: its containers have the labels and the log files of one, and those that look at the machine see it. */
export class StackBench extends NetworkBench {
  private viewed: Readonly<Record<HostView, string>> = { "container-logs": "", cgroups: "", machine: "" };

  override async open(): Promise<void> {
    await super.open();
    const { DockerRootDir } = (await docker.info()) as { DockerRootDir: string };
    // What the Docker platform mounts for each view.
    this.viewed = {
      "container-logs": `${DockerRootDir}/containers`,
      cgroups: "/sys/fs/cgroup",
      machine: "/",
    };
  }

  /**
   * Starts a server of the stack, and waits until the engine says that it is healthy.
   * @param views folders that it sees in place of the machine's
   */
  async startMember(
    service: string,
    number: number,
    spec: WorkloadSpec,
    views: Partial<Record<HostView, string>> = {},
  ): Promise<Docker.Container> {
    const seen = { ...this.viewed, ...views };
    const container = await this.start(service, number, spec, {
      binds: (spec.views ?? []).map((view) => `${seen[view]}:${HOST_VIEWS[view]}:ro`),
      host: { LogConfig: logConfig },
      options: {
        Labels: { [label.stack]: this.name, [label.service]: service },
        Healthcheck: {
          Test: ["CMD", ...spec.ready.command],
          Interval: 1e9,
          Timeout: spec.ready.timeoutSeconds * 1e9,
          Retries: 3,
          StartPeriod: spec.ready.startSeconds * 1e9,
        },
      },
    });
    await healthy(container);
    return container;
  }

  /** A container that writes lines and ends; its file of them stays until the bench is closed. */
  async say(service: string, lines: readonly string[], stack = this.name): Promise<void> {
    const container = await docker.createContainer({
      name: `${this.name}-says-${service}-${Date.now()}`,
      Labels: { [label.stack]: stack, [label.service]: service },
      Image: await imageHere("loki"),
      Entrypoint: ["printf", "%s\\n", ...lines],
      Cmd: [],
      HostConfig: { LogConfig: logConfig, NetworkMode: "none" },
    });
    await container.start();
    await container.wait();
  }
}

/** Waits for the health check of a container. */
export async function healthy(container: Docker.Container): Promise<void> {
  await until({ what: "a server to be healthy", limitSeconds: 60, everySeconds: 0.25 }, async () => {
    const { State, Name } = await container.inspect();
    if (State.Running) return State.Health?.Status === "healthy";
    throw new Error(`${Name} ended with ${State.ExitCode}: ${(await logsOf(container.id)).slice(-2000)}`);
  });
}

const logConfig = {
  Type: "json-file",
  Config: { labels: [label.stack, label.service, label.job].join(",") },
};
