import type Docker from "dockerode";
import type { PostgresConnection, S3Connection } from "../../components/core/connection";
import type { GeneratedLogin, Leaf } from "../../components/core/foundation";
import type { JobSpec } from "../../components/core/workload";
import { Sensitive } from "../../components/core/values";
import { bucketPolicy, accountJob } from "../../components/services/minio/accounts";
import { minioSpec, REGION } from "../../components/services/minio";
import { mlflowSetupJob, mlflowSpec } from "../../components/services/mlflow/specs";
import { sqlJob } from "../../components/services/postgres/accounts";
import { postgresSpec } from "../../components/services/postgres";
import { type Answer, ask } from "../support/ask";
import { connection, open, postgres as sample } from "../support/samples";
import { leafOf } from "../engine/gateway-bench";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { NetworkBench } from "./network-bench";
import { SUBNETS } from "./subnets";

const S3_HOST = "s3.mlflow.test";
const S3_PORT = 8443;

/** URL under which browsers would know it. */
export const PUBLIC_URL = "https://mlflow.semblance.localhost:8443";

/** What is asked of the server. */
export interface Question {
  readonly as?: GeneratedLogin;
  /** @default the login's own */
  readonly password?: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Keys as the stack makes them: random, of letters and digits. */
const login = (username: string): GeneratedLogin => {
  const password = `pw${username.replace(/\W/g, "")}0123456789abcdef`;
  return { username, password: Sensitive.of(password), bcryptHash: Sensitive.of("unused") };
};

/** The password behind a login, for a client of the test. */
export const passwordOf = async (of: GeneratedLogin): Promise<string> => (await open(of.password)).text;

/** The header with which a user of MLflow says who it is. */
export const basicOf = async (who: GeneratedLogin, password?: string): Promise<string> =>
  `Basic ${Buffer.from(`${who.username}:${password ?? (await passwordOf(who))}`).toString("base64")}`;

/** A PostgreSQL, a MinIO and an MLflow of their own, with the specs that the stack runs. */
export class MlflowWorld {
  readonly pki = new ThrowAwayAuthority();
  readonly bench = new NetworkBench("t-mlflow", SUBNETS.mlflow);
  /** Where the server listens. */
  readonly address = this.bench.address(4);
  readonly administrator = login("admin");
  readonly jupyter = login("jupyter");
  readonly curator = login("curator");
  readonly scrape = login("prometheus");
  mlflow!: Docker.Container;
  minio!: Docker.Container;
  database!: Docker.Container;
  private readonly trust = { caCertificate: this.pki.ca };
  private readonly postgres: PostgresConnection = {
    ...sample,
    trust: this.trust,
    database: "mlflow",
    login: login("mlflow"),
  };
  private readonly s3: S3Connection = {
    ...connection("minio", "s3", S3_PORT),
    trust: this.trust,
    bucket: "mlflow",
    region: REGION,
    keys: login("mlflow-s3"),
    endpoint: `https://${S3_HOST}:${S3_PORT}`,
  };

  /** The two stores, with MLflow's database and bucket in them. */
  async stores(): Promise<void> {
    await this.bench.open();
    await Promise.all([this.startPostgres(), this.startMinio()]);
  }

  /** The job that prepares the database. */
  readonly setUp = (clients = [this.jupyter, this.curator]) =>
    this.bench.job(
      "setup",
      mlflowSetupJob({ postgres: this.postgres, administrator: this.administrator, clients }),
    );

  /** The server, ready. */
  async serve(): Promise<void> {
    const spec = mlflowSpec({
      site: { url: PUBLIC_URL, host: new URL(PUBLIC_URL).hostname },
      postgres: this.postgres,
      s3: this.s3,
      leaf: this.leaf("mlflow"),
      listen: [this.address],
      names: ["mlflow"],
      flaskKey: Sensitive.of("0123456789abcdef"),
      scrape: this.scrape,
    });
    this.mlflow = await this.bench.start("mlflow", 4, spec);
  }

  /** Asks the server as a peer in its network does: by its name, which the certificate must carry. */
  async ask(path: string, question: Question = {}): Promise<Answer> {
    const { as, method, body: json } = question;
    const headers = {
      Host: "mlflow:5000",
      ...(as === undefined ? {} : { Authorization: await basicOf(as, question.password) }),
      ...question.headers,
    };
    return ask({
      url: `https://${this.address}:5000${path}`,
      name: "mlflow",
      ca: this.pki.ca,
      headers,
      ...(method === undefined ? {} : { method }),
      ...(json === undefined ? {} : { json }),
    });
  }

  /** Removes everything. */
  close(): Promise<void> {
    return this.bench.close();
  }

  /** Identity of a server that its own probe dials on the loopback address. */
  private leaf(...names: [string, ...string[]]): Leaf {
    return leafOf(this.pki.issue(...names, "127.0.0.1"));
  }

  private async startPostgres(): Promise<void> {
    const superuser = login("postgres");
    const leaf = this.leaf("postgres");
    const spec = postgresSpec({ leaf, trust: this.trust, superuserPassword: superuser.password });
    this.database = await this.bench.start("postgres", 2, spec);
    await this.done(
      "database",
      sqlJob({
        admin: { ...this.postgres, database: "postgres", login: superuser },
        script: "database.sh",
        env: { DATABASE: "mlflow" },
        logins: { "owner-password": login("mlflow") },
      }),
    );
  }

  private async startMinio(): Promise<void> {
    const root = login("root");
    const spec = minioSpec({
      leaf: this.leaf("minio", S3_HOST),
      trust: this.trust,
      root,
      kmsKey: Sensitive.of(Buffer.alloc(32, 7).toString("base64")),
      s3: { host: S3_HOST, port: S3_PORT },
      consoleUrl: "https://minio.mlflow.test",
      corsOrigins: [],
      consoleListen: "127.0.0.1",
    });
    this.minio = await this.bench.start("minio", 3, spec, { aliases: [S3_HOST] });
    const admin = {
      ...connection("minio", "s3", S3_PORT),
      trust: this.trust,
      login: root,
      kmsKey: "semblance",
    };
    const account = {
      admin,
      client: "mlflow-s3",
      bucket: "mlflow",
      policy: bucketPolicy("mlflow", "read-write"),
    };
    await this.done("bucket", accountJob(account, login("mlflow-s3")));
  }

  private async done(name: string, spec: JobSpec): Promise<void> {
    const { code, said } = await this.bench.job(name, spec);
    if (code !== 0) throw new Error(`job ${name} ended with ${code}: ${said}`);
  }
}
