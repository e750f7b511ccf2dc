import { TopologyError } from "../../components/core/errors";
import type { ContainerLogs, FinishedJob, Platform, RunningWorkload } from "../../components/core/platform";
import type { JobSpec, WorkloadSpec } from "../../components/core/workload";
import { arrowsAmong, edge, members, type ServiceName } from "../../components/topology";

/** A platform that runs nothing and keeps every spec that it is given, for rules that hold on all platforms. */
export class RecordingPlatform implements Platform {
  readonly kind = "docker";
  readonly containerLogs: ContainerLogs = {
    format: "docker-json",
    labels: { stack: "semblance.stack", service: "semblance.service", job: "semblance.job" },
  };
  readonly servers = new Map<ServiceName, WorkloadSpec>();
  readonly jobs: { readonly member: ServiceName; readonly name: string; readonly spec: JobSpec }[] = [];

  constructor(
    private readonly present: ReadonlySet<ServiceName>,
    readonly mountsSources = false,
  ) {}

  namesOf(service: ServiceName): readonly [string, ...string[]] {
    return [service];
  }

  copiesOf(): undefined {
    return undefined;
  }

  /** One address per network that leads to the port, and one more for the outside at the edge; out of TEST-NET-1. */
  listen(service: ServiceName, port: string): readonly string[] {
    const fromOutside = service === edge.service && edge.ports.includes(port) ? ["192.0.2.1"] : [];
    const leading = arrowsAmong(this.present).filter((arrow) => arrow.to === service && arrow.port === port);
    const nets = new Set(leading.map(({ net }) => net));
    return [...fromOutside, ...[...nets].map((_, i) => `192.0.2.${i + 2}`)];
  }

  run<P extends string>(service: ServiceName, spec: WorkloadSpec<P>): RunningWorkload<P> {
    if (members[service].kind !== "server") throw new TopologyError(`${service} is a job`);
    if (this.servers.has(service)) throw new TopologyError(`${service} runs twice`);
    this.servers.set(service, spec);
    return {
      service,
      address: (port) => ({ host: service, port: spec.ports[port].number }),
      readyWhen: [],
    };
  }

  runOnce(member: ServiceName, name: string, spec: JobSpec): FinishedJob {
    if (members[member].kind !== "job") throw new TopologyError(`${member} is a server`);
    this.jobs.push({ member, name, spec });
    return { doneWhen: [] };
  }
}
