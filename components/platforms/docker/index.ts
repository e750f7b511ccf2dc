import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Address, AnyConnection } from "../../core/connection";
import { UnsupportedError } from "../../core/errors";
import type { ContainerLogs, FinishedJob, Platform, RunningWorkload } from "../../core/platform";
import type { JobSpec, WorkloadSpec } from "../../core/workload";
import { type Arrow, edge, type ServiceName } from "../../topology";
import { ArrowUse, assertJob } from "../arrows";
import { jobArgs, type Placement, serverArgs, startLimitSeconds } from "./container";
import { mountFiles } from "./files";
import { type ImageResolver, Images } from "./images";
import { LABEL, labels, LOGGED, objectName } from "./names";
import { type Membership, Networks } from "./networks";
import { mountPoints, requireLocalEngine } from "./sources";

/** Args of `DockerPlatform`. */
export interface DockerPlatformArgs {
  readonly stack: string;
  /** IPv4 range out of which each arrow gets a network. */
  readonly subnets: string;
  /** Reference of each image: out of a registry, or as built on this machine. */
  readonly imageOf: ImageResolver;
  /** Memory limits by service, in place of those of the specs. */
  readonly memoryMiB: Readonly<Record<string, number>>;
  /** The arrows that the stack has. */
  readonly arrows: readonly Arrow[];
  /** Whether a workload may ask for a way out to the world. */
  readonly egress: boolean;
  /** Whether specs may have `sources`: folders of this machine, on which the engine must run then. @default false */
  readonly mountSources?: boolean;
  /** Folder of the engine's own data, below which container logs lie, as `docker info` calls it. @default /var/lib/docker */
  readonly engineFolder?: string;
}

/** A network has addresses for three clients; jobs of one member share it, so the fourth waits for the first. */
const JOBS_AT_ONCE = 3;

/** Runs specs on one Docker host. */
export class DockerPlatform implements Platform {
  readonly kind = "docker";
  readonly containerLogs: ContainerLogs = { format: "docker-json", labels: LOGGED };
  readonly mountsSources: boolean;
  private readonly networks: Networks;
  private readonly images: Images;
  private readonly arrows: ArrowUse;
  /** Jobs so far, by the member that they act as. */
  private readonly jobs = new Map<ServiceName, readonly pulumi.Output<pulumi.Resource>[]>();

  constructor(
    private readonly args: DockerPlatformArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    this.arrows = new ArrowUse(args.arrows);
    this.mountsSources = args.mountSources ?? false;
    if (this.mountsSources) requireLocalEngine(process.env["DOCKER_HOST"]);
    this.networks = new Networks(
      "networks",
      { stack: args.stack, range: args.subnets, arrows: args.arrows, egress: args.egress },
      opts,
    );
    this.images = new Images("images", args.imageOf, opts);
  }

  namesOf(service: ServiceName): readonly [string, ...string[]] {
    return [service];
  }

  /** There is one container of each service. */
  copiesOf(): undefined {
    return undefined;
  }

  listen(service: ServiceName, port: string): readonly string[] {
    const fromOutside = service === edge.service && edge.ports.includes(port) ? [this.edgeAddress()] : [];
    return [...fromOutside, ...this.networks.serverAddresses(service, port)];
  }

  /** Arrows that no spec has used so far. */
  unusedArrows(all: readonly Arrow[]): readonly Arrow[] {
    return this.arrows.unused(all);
  }

  run<P extends string>(
    service: ServiceName,
    spec: WorkloadSpec<P>,
    parent: pulumi.ComponentResource,
  ): RunningWorkload<P> {
    const wayOut = spec.egress === undefined ? [] : [this.wayOut(service)];
    const asClient = this.arrows.of(service, spec.uses);
    const memberships = distinct([
      ...(spec.publish ? [this.networks.edge] : []),
      ...this.args.arrows
        .filter(({ to }) => to === service)
        .map((arrow) => this.networks.of(arrow, "server")),
      ...asClient.map((arrow) => this.networks.of(arrow, "client")),
      ...wayOut,
    ]);
    const volumes = this.volumes(service, spec, parent);
    const files = { ...spec.files, ...mountPoints(service, spec.sources, this.mountsSources) };
    const { placement, readyWhen } = this.place(service, service, { ...spec, files }, memberships, parent);
    const container = new docker.Container(service, serverArgs(spec, placement, volumes.names), {
      parent,
      deleteBeforeReplace: true,
      dependsOn: [...volumes.resources, ...readyWhen, ...dependencies(memberships, spec.uses)],
      customTimeouts: { create: `${startLimitSeconds(spec.ready) + 60}s` },
    });
    return {
      service,
      address: (port): Address => ({ host: this.namesOf(service)[0], port: spec.ports[port].number }),
      readyWhen: [container],
    };
  }

  runOnce(member: ServiceName, name: string, spec: JobSpec, parent: pulumi.ComponentResource): FinishedJob {
    assertJob(member);
    const used = this.arrows.of(member, spec.uses);
    const memberships = distinct(used.map((arrow) => this.networks.of(arrow, "client")));
    const { placement, readyWhen } = this.place(member, name, spec, memberships, parent);
    const before = this.jobs.get(member) ?? [];
    const container = new docker.Container(name, jobArgs(spec, placement, digest(spec.rerunOn)), {
      parent,
      deleteBeforeReplace: true,
      dependsOn: [
        ...readyWhen,
        ...dependencies(memberships, spec.uses),
        ...before.slice(-JOBS_AT_ONCE, 1 - JOBS_AT_ONCE),
      ],
      customTimeouts: { create: `${spec.timeoutSeconds}s` },
    });
    const done = whenDone(name, container);
    this.jobs.set(member, [...before, done]);
    return { doneWhen: [done] };
  }

  private edgeAddress(): string {
    const { address } = this.networks.edge;
    if (address === undefined) throw new Error("the edge network gives no address");
    return address;
  }

  private wayOut(service: ServiceName): Membership {
    const { egress } = this.networks;
    if (egress !== undefined) return egress;
    throw new UnsupportedError({
      service,
      field: "egress",
      platform: this.kind,
      remedy: "this stack was made without a way out; give egress: true to DockerPlatform in index.ts",
    });
  }

  /** Where the process runs, with its files brought there. */
  private place(
    member: ServiceName,
    name: string,
    spec: Omit<JobSpec, "rerunOn" | "timeoutSeconds">,
    memberships: readonly Membership[],
    parent: pulumi.ComponentResource,
  ): { placement: Placement; readyWhen: readonly pulumi.Resource[] } {
    const imageId = this.images.id(spec.image);
    const placement: Placement = {
      stack: this.args.stack,
      containerName: objectName(this.args.stack, name),
      service: name,
      imageId,
      memberships,
      memoryMiB: this.args.memoryMiB[member] ?? spec.resources.memoryMiB,
      engineFolder: this.args.engineFolder ?? "/var/lib/docker",
    };
    const { files: contents = {} } = spec;
    if (Object.keys(contents).length === 0) return { placement, readyWhen: [] };
    const files = mountFiles({ stack: this.args.stack, workload: name, imageId, files: contents }, parent);
    return { placement: { ...placement, filesVolume: files.volumeName }, readyWhen: files.readyWhen };
  }

  private volumes(service: ServiceName, spec: WorkloadSpec, parent: pulumi.ComponentResource) {
    const names: Record<string, string> = {};
    const resources = Object.entries(spec.volumes ?? {}).map(([volume, { onDown }]) => {
      const name = objectName(this.args.stack, service, volume);
      names[volume] = name;
      return new docker.Volume(
        `${service}-${volume}`,
        { name, labels: labels({ [LABEL.stack]: this.args.stack, [LABEL.volume]: `${service}/${volume}` }) },
        { parent, protect: onDown === "keep" },
      );
    });
    return { names, resources };
  }
}

/** Each network once: two arrows may share one. */
const distinct = (memberships: readonly Membership[]): Membership[] =>
  [...new Map([...memberships].reverse().map((member) => [member.network, member])).values()].reverse();

function dependencies(
  memberships: readonly Membership[],
  uses: readonly AnyConnection[],
): pulumi.Input<pulumi.Resource>[] {
  return [
    ...new Set([...memberships.map((m) => m.network), ...uses.flatMap((connection) => connection.readyWhen)]),
  ];
}

/** A short name for the values on which a job runs again; it says nothing about them, so it is no secret itself. */
function digest(values: readonly pulumi.Input<string>[]): pulumi.Output<string> {
  const hashed = pulumi
    .all([...values])
    .apply((texts) => createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 16));
  return pulumi.unsecret(hashed);
}

/**
 * The job's container, for those who wait for it. The Docker provider calls a job that exited with an error a success; here it
 * ends the run, and nothing that waits for the job is started.
 */
function whenDone(name: string, container: docker.Container): pulumi.Output<pulumi.Resource> {
  return container.exitCode.apply((code) => {
    if (code === 0) return container;
    throw new pulumi.ResourceError(
      `job ${name} failed with exit code ${code}; see why: npm run logs -- ${name}; then: npm run up, which runs it again`,
      container,
      true,
    );
  });
}
