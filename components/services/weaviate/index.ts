import * as pulumi from "@pulumi/pulumi";
import type { BearerConnection } from "../../core/connection";
import { debugOf } from "../../core/debug";
import type { Foundation, GeneratedLogin } from "../../core/foundation";
import type { ScrapeTarget, ServiceState } from "../../core/metrics";
import type { FinishedJob, RunningWorkload } from "../../core/platform";
import type { WeaviateRights } from "./rights";
import { type WeaviatePort, weaviateSpec } from "./server";
import { weaviateSetupJob } from "./setup";

export { datasetEmbedding } from "./collections";
export type { WeaviateRights } from "./rights";

/** The two ways to Weaviate that its client libraries need. Both ask for the same API key, as a bearer token. */
export interface WeaviateConnection {
  readonly rest: BearerConnection;
  readonly grpc: BearerConnection;
}

/** Args of `Weaviate`: its clients by name, since the server must know their keys when it starts. */
export interface WeaviateArgs<C extends string> {
  readonly clients: Readonly<Record<C, WeaviateRights>>;
}

/** Weaviate, with an API key and a role per client, and the collections of the platform. */
export class Weaviate<C extends string> extends pulumi.ComponentResource {
  /** What Prometheus scrapes. */
  readonly target: ScrapeTarget;
  private readonly server: RunningWorkload<WeaviatePort>;
  private readonly setup: FinishedJob;
  private readonly logins = new Map<string, GeneratedLogin>();

  constructor(
    name: string,
    private readonly foundation: Foundation,
    args: WeaviateArgs<C>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:Weaviate", name, {}, opts);
    const { platform, certificates, secrets } = foundation;
    for (const client of Object.keys(args.clients)) {
      this.logins.set(client, secrets.login("weaviate", client, client));
    }
    const root = secrets.login("weaviate", "weaviate-setup", "weaviate-setup");
    const scrape = secrets.login("weaviate", "prometheus", "prometheus");
    const spec = weaviateSpec({
      ...debugOf(foundation, "weaviate"),
      leaf: certificates.issue("weaviate", platform.namesOf("weaviate")),
      trust: certificates.trust,
      listen: {
        https: platform.listen("weaviate", "https"),
        grpc: platform.listen("weaviate", "grpc"),
        metrics: platform.listen("weaviate", "metrics"),
      },
      root,
      clients: [...this.logins.values()],
      scrape,
    });
    this.server = platform.run("weaviate", spec, this);
    const job = weaviateSetupJob({
      admin: { ...this.way("https"), token: root.password },
      clients: args.clients,
    });
    this.setup = platform.runOnce("weaviate-setup", `${name}-setup`, job, this);
    this.target = {
      connection: this.way("metrics"),
      path: "/metrics",
      credential: { kind: "basic", login: scrape },
    };
    this.registerOutputs({});
  }

  /** The connection of a client that `clients` names. It may be used once its role is there. */
  connection(client: C): WeaviateConnection {
    const login = this.logins.get(client);
    if (login === undefined) throw new Error(`weaviate has no client ${client}`);
    const own = { token: login.password, readyWhen: [...this.server.readyWhen, ...this.setup.doneWhen] };
    return { rest: { ...this.way("https"), ...own }, grpc: { ...this.way("grpc"), ...own } };
  }

  private way(port: WeaviatePort) {
    return {
      server: "weaviate",
      port,
      address: this.server.address(port),
      trust: this.foundation.certificates.trust,
      readyWhen: this.server.readyWhen,
    } as const;
  }
}

/** How the state of Weaviate is read off its metrics. */
export const WEAVIATE_STATE: ServiceState = { service: "weaviate", expression: 'up{job="weaviate"}' };
