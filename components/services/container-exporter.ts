import * as pulumi from "@pulumi/pulumi";
import type { TlsTrust } from "../core/connection";
import { type Foundation, type GeneratedLogin, type Leaf, serverTlsFiles } from "../core/foundation";
import type { ScrapeTarget } from "../core/metrics";
import { listening } from "../core/probes";
import { FILES, HOST_VIEWS, type WorkloadSpec } from "../core/workload";
import { webConfig } from "./exporters";

const PORT = 9104;

/** What the container exporter needs. */
export interface ContainerExporterSpecArgs {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  readonly listen: readonly string[];
  /** Login with which Prometheus scrapes. */
  readonly scrape: GeneratedLogin;
  /** Stack whose containers it measures; of others it says nothing. */
  readonly stack: string;
}

/** Our own exporter, which reads the kernel's counters and the engine's records instead of asking the engine. */
export function containerExporterSpec(args: ContainerExporterSpecArgs): WorkloadSpec<"metrics"> {
  return {
    image: "container-exporter",
    command: [
      "container-exporter",
      `--stack=${args.stack}`,
      `--path.containers=${HOST_VIEWS["container-logs"]}`,
      `--path.cgroups=${HOST_VIEWS.cgroups}`,
      `--web.config.file=${FILES}/web.yml`,
      ...args.listen.map((address) => `--web.listen-address=${address}:${PORT}`),
    ],
    files: { ...serverTlsFiles(args.leaf, args.trust), [`${FILES}/web.yml`]: webConfig([args.scrape]) },
    ports: { metrics: { number: PORT } },
    ready: listening(PORT),
    // The engine's records are root's. It is root without any capability, who sees of the machine what the views show.
    user: { uid: 0, gid: 0 },
    views: ["cgroups", "container-logs"],
    resources: { cpu: 0.25, memoryMiB: 64 },
    uses: [],
  };
}

/** Args of `ContainerExporter`. */
export interface ContainerExporterArgs {
  readonly stack: string;
}

/** CPU, memory and disk of every container of the stack. */
export class ContainerExporter extends pulumi.ComponentResource {
  /** What Prometheus scrapes. */
  readonly target: ScrapeTarget;

  constructor(
    name: string,
    foundation: Foundation,
    args: ContainerExporterArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:ContainerExporter", name, {}, opts);
    const { platform, certificates, secrets } = foundation;
    const scrape = secrets.login("container-exporter", "prometheus", "prometheus");
    const spec = containerExporterSpec({
      ...args,
      leaf: certificates.issue("container-exporter", platform.namesOf("container-exporter")),
      trust: certificates.trust,
      listen: platform.listen("container-exporter", "metrics"),
      scrape,
    });
    const server = platform.run("container-exporter", spec, this);
    this.target = {
      connection: {
        server: "container-exporter",
        port: "metrics",
        address: server.address("metrics"),
        trust: certificates.trust,
        readyWhen: server.readyWhen,
      },
      path: "/metrics",
      credential: { kind: "basic", login: scrape },
    };
    this.registerOutputs({});
  }
}
