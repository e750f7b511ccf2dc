import * as pulumi from "@pulumi/pulumi";
import {
  type HttpsConnection,
  type PostgresConnection,
  type S3Connection,
  trustOf,
} from "../../core/connection";
import { debugOf } from "../../core/debug";
import type { Foundation, GeneratedLogin } from "../../core/foundation";
import type { ScrapeTarget, ServiceState } from "../../core/metrics";
import { liveOf } from "../../core/sources";
import type { Login } from "../../core/values";
import { type MlflowSite, mlflowSetupJob, mlflowSpec } from "./specs";

/** Args of `Mlflow`. */
export interface MlflowArgs<C extends string> {
  readonly site: MlflowSite;
  /** Its database, for runs and for users alike. */
  readonly postgres: PostgresConnection;
  /** Its bucket. */
  readonly s3: S3Connection;
  /** Programs that log runs: each is a user, with an experiment called after it that no other user sees. */
  readonly clients: readonly C[];
}

/** The way of one client to MLflow, with the user that it is there. */
export interface MlflowConnection extends HttpsConnection {
  readonly login: Login;
  /** Experiment that the client may write to; it may create others. */
  readonly experiment: string;
}

/** MLflow: a job that prepares its database and its users, and the server. */
export class Mlflow<C extends string> extends pulumi.ComponentResource {
  /** The user that may do everything. */
  readonly administrator: GeneratedLogin;
  /** The way to its pages and its API; it asks for a login itself. */
  readonly web: HttpsConnection;
  readonly target: ScrapeTarget;
  private readonly logins: ReadonlyMap<C, GeneratedLogin>;

  constructor(
    name: string,
    foundation: Foundation,
    args: MlflowArgs<C>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:Mlflow", name, {}, opts);
    const { platform, certificates, secrets } = foundation;
    const { site, s3 } = args;
    // It verifies itself too, when it asks itself whether it is healthy.
    const trust = trustOf(certificates.trust, args.postgres.trust, s3.trust);
    this.administrator = secrets.login("mlflow", "administrator", "admin");
    this.logins = new Map(args.clients.map((client) => [client, secrets.login("mlflow", client, client)]));
    const scrape = secrets.login("mlflow", "prometheus", "prometheus");

    const job = mlflowSetupJob({
      postgres: args.postgres,
      administrator: this.administrator,
      clients: [...this.logins.values()],
    });
    const setup = platform.runOnce("mlflow-setup", `${name}-setup`, job, this);
    const spec = mlflowSpec({
      ...debugOf(foundation, "mlflow"),
      ...liveOf(foundation),
      site,
      s3,
      postgres: { ...args.postgres, trust, readyWhen: [...args.postgres.readyWhen, ...setup.doneWhen] },
      leaf: certificates.issue("mlflow", platform.namesOf("mlflow")),
      listen: platform.listen("mlflow", "https"),
      names: platform.namesOf("mlflow"),
      flaskKey: secrets.key(`${name}-flask-key`, 32).hex,
      scrape,
    });
    const server = platform.run("mlflow", spec, this);
    this.web = {
      server: "mlflow",
      port: "https",
      address: server.address("https"),
      trust: certificates.trust,
      readyWhen: server.readyWhen,
    };
    this.target = {
      connection: this.web,
      path: "/metrics",
      credential: { kind: "basic", login: scrape },
    };
    this.registerOutputs({});
  }

  /** The connection of a client that `clients` names. */
  connection(client: C): MlflowConnection {
    const login = this.logins.get(client);
    if (login === undefined) throw new Error(`mlflow has no client ${client}`);
    return { ...this.web, login, experiment: client };
  }
}

/** How MLflow's state is read off its metrics: it answers, and its database answers it. */
export const MLFLOW_STATES: readonly ServiceState[] = [{ service: "mlflow", expression: "mlflow_up" }];
