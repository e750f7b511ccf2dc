import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../../core/connection";
import type { Foundation } from "../../core/foundation";
import type { ServiceState } from "../../core/metrics";
import type { JobSpec, WorkloadSpec } from "../../core/workload";
import { elasticsearchSpec } from "./elasticsearch";
import type { ElasticsearchConnection, IndexRights, SearchEngine, ServerArgs } from "./engine";
import { opensearchSpec } from "./opensearch";
import { type SearchUser, setupJob } from "./setup";

export { ElasticsearchExporter } from "./exporter";
export type { ElasticsearchConnection, IndexRights, SearchEngine } from "./engine";

const SERVICE = "elasticsearch";
const SETUP = "elasticsearch-setup";
const EXPORTER = "elasticsearch-exporter";

/** Elasticsearch starts more with itself, and is started by a second Java that stays. */
const MEMORY_MIB: Readonly<Record<SearchEngine, number>> = { elasticsearch: 2048, opensearch: 1024 };

/** Green, or yellow where an index wants copies that one node has no place for; absent when the exporter gets no answer. */
export const ELASTICSEARCH_STATES: readonly ServiceState[] = [
  { service: SERVICE, expression: `elasticsearch_cluster_health_status{color=~"green|yellow"}` },
];

/** Args of `Elasticsearch`. */
export interface ElasticsearchArgs<C extends string> {
  readonly engine: SearchEngine;
  /** Clients by name, each with the indices that are its own. */
  readonly clients: Readonly<Record<C, IndexRights>>;
  /** Memory limit; half of it is the heap. @default what small indices need */
  readonly memoryMiB?: number;
}

/** The search index, with one user and role per client. */
export class Elasticsearch<C extends string> extends pulumi.ComponentResource {
  private readonly server: Connection;
  private readonly users: ReadonlyMap<string, SearchUser>;

  constructor(
    name: string,
    private readonly foundation: Foundation,
    private readonly args: ElasticsearchArgs<C>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:Elasticsearch", name, {}, opts);
    const { platform, certificates } = foundation;
    this.users = this.usersOf(args.clients);
    const { spec, setup } = this.design({
      leaf: certificates.issue(SERVICE, platform.namesOf(SERVICE)),
      trust: certificates.trust,
      listen: platform.listen(SERVICE, "https"),
      memoryMiB: args.memoryMiB ?? MEMORY_MIB[args.engine],
    });
    const server = platform.run(SERVICE, spec, this);
    const connection: Connection = {
      server: SERVICE,
      port: "https",
      address: server.address("https"),
      trust: certificates.trust,
      readyWhen: server.readyWhen,
    };
    const job = platform.runOnce(SETUP, SETUP, setup(connection, [...this.users.values()]), this);
    this.server = { ...connection, readyWhen: job.doneWhen };
    this.registerOutputs({});
  }

  /** The connection of a client that `clients` names. */
  connection(client: C): ElasticsearchConnection {
    return this.connect(client);
  }

  /** The exporter's connection: it sees statistics of every index and no document. */
  get monitor(): ElasticsearchConnection {
    return this.connect(EXPORTER);
  }

  private connect(client: string): ElasticsearchConnection {
    const user = this.users.get(client);
    if (user === undefined) throw new Error(`elasticsearch has no client ${client}`);
    const patterns = user.rights === "statistics" ? [] : user.rights.patterns;
    return { ...this.server, login: user.login, engine: this.args.engine, patterns };
  }

  /** The server of the chosen engine, and the job that can set it up. */
  private design(server: ServerArgs): {
    readonly spec: WorkloadSpec<"https">;
    readonly setup: (connection: Connection, users: readonly SearchUser[]) => JobSpec;
  } {
    const { secrets, certificates } = this.foundation;
    if (this.args.engine === "elasticsearch") {
      const login = secrets.login(SERVICE, SETUP, SETUP);
      return {
        spec: elasticsearchSpec({ ...server, admin: login }),
        setup: (connection, users) => setupJob({ ...connection, engine: "elasticsearch", login }, users),
      };
    }
    const clients = certificates.clientsOf(SERVICE);
    const identity = clients.issue(SETUP);
    return {
      spec: opensearchSpec({ ...server, clientTrust: clients.trust, adminName: SETUP }),
      setup: (connection, users) => setupJob({ ...connection, engine: "opensearch", identity }, users),
    };
  }

  private usersOf(clients: Readonly<Record<string, IndexRights>>): ReadonlyMap<string, SearchUser> {
    const rights: readonly (readonly [string, SearchUser["rights"]])[] = [
      ...Object.entries(clients),
      [EXPORTER, "statistics"],
    ];
    return new Map(
      rights.map(([client, allowed]) => [
        client,
        { login: this.foundation.secrets.login(SERVICE, client, client), rights: allowed },
      ]),
    );
  }
}
