import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesSettings } from "../../config/kubernetes";
import type { Address } from "../../core/connection";
import type { ContainerLogs, FinishedJob, Platform, RunningWorkload } from "../../core/platform";
import type { ManagedServices } from "../../core/managed";
import type { JobSpec, Port, WorkloadSpec } from "../../core/workload";
import type { Arrow, ServiceName } from "../../topology";
import { ArrowUse, assertJob } from "../arrows";
import { ServiceAccounts } from "./accounts";
import { boundsOf, hasCopies } from "./autoscaling";
import { assertApart, boughtOf } from "./bought";
import { containerLogs } from "./container-logs";
import { keepCopies } from "./copies";
import { jobDemand, serverDemand } from "./demand";
import { Fences } from "./fences";
import { holdTexts, textsOf } from "./files";
import { type LoadBalancer, type PublicService, publicService } from "./gateway";
import { openDoor } from "./gateway-routes";
import { gpuResource } from "./gpu-sharing";
import { Hosts } from "./hosts";
import type { ImageResolver } from "./images";
import { jobLimitSeconds, jobObjectSpec, runJob } from "./job";
import { labelsOf, namespaceOfMember, selectorOf } from "./names";
import { computeOf, type Placement } from "./placement";
import type { Process } from "./pod";
import { filesOfIssuer, issuerOf, publicCertificate } from "./public-certificate";
import { copiesName, copiesSpec, NOT_AWAITED, serviceSpec } from "./service";
import { claims } from "./storage";
import { assertAdmitted, assertServed } from "./support";
import { keepRunning, kindOf, NODE_NAME, type ServerPlacement, serverTemplate } from "./workload";

/** Args of `KubernetesPlatform`. */
export interface KubernetesPlatformArgs {
  readonly stack: string;
  /** The members of the stack: each gets an account, a network policy, and a place in its tier's namespace. */
  readonly present: ReadonlySet<ServiceName>;
  /** Reference of each image as the nodes pull it. */
  readonly imageOf: ImageResolver;
  /** Memory limits by service, in place of those of the specs. */
  readonly memoryMiB: Readonly<Record<string, number>>;
  /** The arrows that the stack has. */
  readonly arrows: readonly Arrow[];
  /** Whether a workload may ask for a way out to the world. */
  readonly egress: boolean;
  readonly settings: KubernetesSettings;
  /** What makes the load balancer of the edge, where the cluster has more than one that could. */
  readonly loadBalancer?: LoadBalancer;
  /** What is bought instead of being run here. Its servers are not among `present`. @default nothing */
  readonly managed?: Partial<ManagedServices>;
  /** Domain of the cluster's DNS. @default cluster.local */
  readonly clusterDomain?: string;
}

type ShownProcess = Process & Pick<WorkloadSpec, "publicCertificate">;

/** Runs specs on a Kubernetes cluster. */
export class KubernetesPlatform implements Platform {
  readonly kind = "kubernetes";
  readonly containerLogs: ContainerLogs;
  readonly nodeName = NODE_NAME;
  readonly managed: Partial<ManagedServices>;
  readonly bringsPublicCertificate: boolean;
  private readonly arrows: ArrowUse;
  private readonly fences: Fences;
  private readonly accounts: ServiceAccounts;
  private readonly hosts: Hosts;

  constructor(
    private readonly args: KubernetesPlatformArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    const { stack, present, settings, managed = {} } = args;
    this.managed = managed;
    this.bringsPublicCertificate = issuerOf(settings.gateway) !== undefined;
    const bought = boughtOf(managed);
    assertApart(bought, present);
    this.hosts = new Hosts((service) => this.namesOf(service), bought);
    this.containerLogs = containerLogs(stack, present);
    this.arrows = new ArrowUse(args.arrows);
    this.fences = new Fences({ stack, present, settings, bought }, opts);
    const accounts = { stack, present, before: (member: ServiceName) => this.namespace(member) };
    this.accounts = new ServiceAccounts("accounts", accounts, opts);
  }

  namesOf(service: ServiceName): readonly [string, ...string[]] {
    const within = `${service}.${namespaceOfMember(this.args.stack, service)}.svc`;
    return [`${within}.${this.args.clusterDomain ?? "cluster.local"}`, within, service];
  }

  /** Every address of IPv4: who gets in is what network policies say. */
  listen(): readonly string[] {
    return ["0.0.0.0"];
  }

  copiesOf(service: ServiceName): string | undefined {
    const { stack, settings, clusterDomain = "cluster.local" } = this.args;
    if (!hasCopies(service, settings.autoscaling)) return undefined;
    return `${copiesName(service)}.${namespaceOfMember(stack, service)}.svc.${clusterDomain}`;
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
    const { stack, egress, settings, loadBalancer } = this.args;
    const arrows = this.arrows.of(service, spec.uses);
    assertAdmitted(service, spec);
    assertServed(service, spec, { egress });
    const place: ServerPlacement = {
      ...this.place(service, service, spec),
      bounds: boundsOf(service, spec.volumes ?? {}, settings.autoscaling),
      storageClass: settings.storageClass,
    };
    const template = serverTemplate(spec, place);
    const outside = publicService(
      service,
      spec,
      { ...settings.gateway, loadBalancerClass: loadBalancer?.class },
      selectorOf(stack, service),
    );
    this.fences.inventory.add({
      member: service,
      ports: numbersOf(spec.ports),
      arrows,
      published: (spec.publish ?? []).map(({ port }) => port),
      egress: spec.egress ?? false,
      demand: serverDemand(spec, place, settings.gateway.type),
    });
    this.services(service, spec, outside, parent);
    const dependsOn = [
      ...this.before(place, parent),
      ...publicCertificate(service, spec.publicCertificate, settings.gateway, this.metadataOf(service), {
        parent,
        dependsOn: this.namespace(service),
      }),
      ...this.claims(spec, place, parent),
      ...spec.uses.flatMap(({ readyWhen }) => readyWhen),
    ];
    const server = keepRunning(spec, place, template, this.metadata(service, service), { parent, dependsOn });
    keepCopies(place, this.metadata(service, service), { parent, dependsOn: [server] });
    return {
      service,
      address: (port): Address => ({ host: this.namesOf(service)[0], port: spec.ports[port].number }),
      readyWhen: [server],
    };
  }

  runOnce(member: ServiceName, name: string, spec: JobSpec, parent: pulumi.ComponentResource): FinishedJob {
    assertJob(member);
    const arrows = this.arrows.of(member, spec.uses);
    assertAdmitted(member, spec);
    const place = this.place(member, name, spec);
    const jobSpec = jobObjectSpec(spec, place);
    const demand = jobDemand(place);
    this.fences.inventory.add({ member, ports: {}, arrows, published: [], egress: false, demand });
    const job = runJob(name, jobSpec, this.metadata(member, name), jobLimitSeconds(spec), {
      parent,
      dependsOn: [...this.before(place, parent), ...spec.uses.flatMap(({ readyWhen }) => readyWhen)],
    });
    return { doneWhen: [job] };
  }

  /** What the platform adds to a spec. Registers nothing, so that what it refuses is refused before anything is there. */
  private place(member: ServiceName, name: string, spec: ShownProcess): Placement {
    const { stack, imageOf, memoryMiB, settings } = this.args;
    const { files = {}, env = {} } = spec;
    const { cpu, gpus, memoryMiB: usual } = spec.resources;
    const foreign = filesOfIssuer(name, spec.publicCertificate, settings.gateway);
    return {
      stack,
      member,
      name,
      images: { imageOf, pullSecrets: settings.pullSecrets },
      texts: textsOf(name, { files, env, foreign }),
      compute: computeOf(cpu, memoryMiB[member] ?? usual),
      ...(gpus === undefined ? {} : { gpu: gpuResource(settings.gpuSharing, gpus, name) }),
      priorityClassName: this.fences.priorityClassName(member),
      hosts: this.hosts.of(name, spec.uses),
    };
  }

  /** What must exist before the pods of a workload, its files among it. */
  private before({ member, name, texts }: Placement, parent: pulumi.ComponentResource): pulumi.Resource[] {
    const opts = { parent, dependsOn: this.namespace(member), deleteBeforeReplace: true };
    return [
      ...this.fences.before(member),
      this.accounts.of(member),
      ...holdTexts(texts, (object) => this.metadata(member, object, name), opts),
    ];
  }

  private claims(spec: WorkloadSpec, place: ServerPlacement, parent: pulumi.ComponentResource) {
    if (kindOf(spec, place.bounds) !== "one") return [];
    const { member, storageClass } = place;
    // Nothing but the namespace: what stays when the stack goes down takes with it what it depends on.
    const opts = { parent, dependsOn: this.namespace(member) };
    return claims(member, spec.volumes ?? {}, { storageClass, metadata: this.metadataOf(member) }, opts);
  }

  /** The Services of a server: one for clients inside, one for the outside. */
  private services(
    service: ServiceName,
    spec: WorkloadSpec,
    outside: PublicService,
    parent: pulumi.ComponentResource,
  ): void {
    const opts = { parent, dependsOn: this.namespace(service), deleteBeforeReplace: true };
    const selector = selectorOf(this.args.stack, service);
    if (Object.keys(spec.ports).length > 0) {
      const metadata = { ...this.metadata(service, service), annotations: NOT_AWAITED };
      const inside = new Service(
        `${service}-service`,
        { metadata, spec: serviceSpec(spec.ports, selector) },
        opts,
      );
      if (spec.aliases !== undefined) this.hosts.add(service, spec.aliases, inside.spec.clusterIP);
      if (this.copiesOf(service) !== undefined) {
        const name = copiesName(service);
        const ofEach = { ...this.metadata(service, name, service), annotations: NOT_AWAITED };
        new Service(name, { metadata: ofEach, spec: copiesSpec(spec.ports, selector) }, opts);
      }
    }
    openDoor(service, spec, outside, { ...this.args, metadata: this.metadataOf(service) }, opts);
  }

  /** Of objects that belong to a server and are called otherwise. */
  private readonly metadataOf = (service: ServiceName) => (name: string) =>
    this.metadata(service, name, service);

  private metadata(member: ServiceName, name: string, component: string = name) {
    const { stack } = this.args;
    return { name, namespace: namespaceOfMember(stack, member), labels: labelsOf(stack, member, component) };
  }

  private namespace(member: ServiceName): pulumi.Resource[] {
    return this.fences.before(member).filter((resource) => Namespace.isInstance(resource));
  }
}

const numbersOf = (ports: Readonly<Record<string, Port>>): Record<string, number> =>
  Object.fromEntries(Object.entries(ports).map(([name, { number }]) => [name, number]));
