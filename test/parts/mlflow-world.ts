import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { request } from "node:https";
import type { PostgresConnection, S3Connection } from "../../components/core/connection";
import type { GeneratedLogin } from "../../components/core/foundation";
import { Sensitive } from "../../components/core/values";
import { bucketPolicy, accountJob } from "../../components/services/minio/accounts";
import { minioSpec, REGION } from "../../components/services/minio";
import { mlflowSetupJob, mlflowSpec } from "../../components/services/mlflow/specs";
import { sqlJob } from "../../components/services/postgres/accounts";
import { postgresSpec } from "../../components/services/postgres";
import { connection, postgres as sample } from "../support/samples";
import { readAll } from "../support/engine";
import { Bench, login, passwordOf, StrictAuthority } from "./mlflow-bench";

const S3_HOST = "s3.mlflow.test";
const S3_PORT = 8443;
const SUBNET = "10.98.4";
const ADDRESS = `${SUBNET}.4`;

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

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The header with which a user of MLflow says who it is. */
export const basicOf = async (who: GeneratedLogin, password?: string): Promise<string> =>
  `Basic ${Buffer.from(`${who.username}:${password ?? (await passwordOf(who))}`).toString("base64")}`;

/** A PostgreSQL, a MinIO and an MLflow of their own, with the specs that the stack runs. */
export class MlflowWorld {
  readonly pki = new StrictAuthority();
  readonly bench = new Bench();
  readonly administrator = login("admin");
  readonly jupyter = login("jupyter");
  readonly curator = login("curator");
  readonly scrape = login("prometheus");
  /** Id of the server's container. */
  mlflow = "";
  /** Id of MinIO's container. */
  minio = "";
  /** Id of PostgreSQL's container. */
  database = "";
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
    await this.bench.open(`${SUBNET}.0/28`);
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
      leaf: this.pki.issue("mlflow"),
      listen: [ADDRESS],
      names: ["mlflow"],
      flaskKey: Sensitive.of("0123456789abcdef"),
      scrape: this.scrape,
    });
    this.mlflow = await this.bench.serve("mlflow", spec, ADDRESS);
  }

  /** Asks the server as a peer in its network does: by its name, which the certificate must carry. */
  async ask(path: string, question: Question = {}): Promise<Answer> {
    const { as, body } = question;
    const headers = {
      Host: "mlflow:5000",
      ...(as === undefined ? {} : { Authorization: await basicOf(as, question.password) }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...question.headers,
    };
    const method = question.method ?? (body === undefined ? "GET" : "POST");
    const options = {
      host: ADDRESS,
      port: 5000,
      path,
      method,
      headers,
      servername: "mlflow",
      ca: this.pki.ca,
    };
    const sent = request({ ...options, agent: false, timeout: 20_000 });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      sent.on("response", resolve).on("error", reject);
      sent.on("timeout", () => sent.destroy(new Error(`${path}: no answer`)));
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const response = await answered;
    const text = (await readAll(response)).toString("utf8");
    return { status: response.statusCode ?? 0, headers: response.headers, body: text };
  }

  /** Removes everything. */
  async close(): Promise<void> {
    await this.bench.close();
    this.pki.remove();
  }

  private async startPostgres(): Promise<void> {
    const superuser = login("postgres");
    const leaf = this.pki.issue("postgres");
    const spec = postgresSpec({ leaf, trust: this.trust, superuserPassword: superuser.password });
    this.database = await this.bench.serve("postgres", spec, `${SUBNET}.2`);
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
      leaf: this.pki.issue("minio", S3_HOST),
      trust: this.trust,
      root,
      kmsKey: Sensitive.of(Buffer.alloc(32, 7).toString("base64")),
      s3: { host: S3_HOST, port: S3_PORT },
      consoleUrl: "https://minio.mlflow.test",
      corsOrigins: [],
      consoleListen: "127.0.0.1",
    });
    this.minio = await this.bench.serve("minio", spec, `${SUBNET}.3`, [S3_HOST]);
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

  private async done(name: string, spec: Parameters<Bench["job"]>[1]): Promise<void> {
    const { code, logs } = await this.bench.job(name, spec);
    if (code !== 0) throw new Error(`job ${name} ended with ${code}: ${logs}`);
  }
}
