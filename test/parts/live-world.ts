import { randomBytes } from "node:crypto";
import bcrypt from "bcryptjs";
import type Docker from "dockerode";
import type { PostgresConnection, RedisConnection, S3Connection } from "../../components/core/connection";
import type { GeneratedLogin, Leaf } from "../../components/core/foundation";
import { Sensitive } from "../../components/core/values";
import type { JobSpec, WorkloadSpec } from "../../components/core/workload";
import { EXPORTER_REDIS_RIGHTS, LABEL_STUDIO_REDIS_RIGHTS } from "../../components/services/label-studio";
import { labelStudioExporterSpec } from "../../components/services/label-studio/exporter";
import {
  labelStudioSetupJob,
  labelStudioSpec,
  labelStudioWorkerSpec,
} from "../../components/services/label-studio/specs";
import { mlflowSetupJob, mlflowSpec } from "../../components/services/mlflow/specs";
import { postgresSpec } from "../../components/services/postgres";
import { sqlJob } from "../../components/services/postgres/accounts";
import { redisSpec } from "../../components/services/redis";
import { leafOf } from "../engine/gateway-bench";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { type Answer, ask } from "../support/ask";
import { connection } from "../support/samples";
import { LiveCopy } from "./live-copy";
import { NetworkBench } from "./network-bench";
import { SUBNETS } from "./subnets";

const ADDRESSES = {
  postgres: 2,
  redis: 3,
  "label-studio": 4,
  "label-studio-worker": 5,
  "label-studio-exporter": 6,
  mlflow: 7,
} as const;
type Name = keyof typeof ADDRESSES;

/** Label Studio and MLflow with their stores, live and at debug level, out of the specs that a stack in development mode runs. */
export class LiveWorld {
  readonly copy = new LiveCopy();
  readonly containers = new Map<string, Docker.Container>();
  /** Every password that is in use, by the login that it belongs to. */
  readonly passwords = new Map<GeneratedLogin, string>();
  readonly scrape = this.login("prometheus");
  private readonly pki = new ThrowAwayAuthority();
  private readonly trust = { caCertificate: this.pki.ca };
  private readonly bench = new NetworkBench("t-live", SUBNETS.live);
  private readonly superuser = this.login("postgres");
  private readonly development = { live: true, debug: true } as const;

  /** All of it, ready. */
  async open(): Promise<void> {
    await this.bench.open();
    const { superuser, development, trust } = this;
    const postgres = { leaf: this.leaf("postgres"), trust, superuserPassword: superuser.password };
    const rights = {
      "label-studio": LABEL_STUDIO_REDIS_RIGHTS,
      "label-studio-worker": LABEL_STUDIO_REDIS_RIGHTS,
      "label-studio-exporter": EXPORTER_REDIS_RIGHTS,
    };
    const redis = {
      leaf: this.leaf("redis"),
      trust,
      probe: this.login("probe"),
      users: Object.entries(rights).map(([name, own]) => ({ login: this.login(name), rights: own })),
    };
    await Promise.all([
      this.start("postgres", postgresSpec({ ...postgres, debug: true })),
      this.start("redis", redisSpec({ ...redis, debug: true })),
    ]);
    const [labelStudio, mlflow] = [this.database("label_studio"), this.database("mlflow")];
    await this.createDatabase(labelStudio);
    await this.createDatabase(mlflow);

    const process = {
      site: { url: "https://label-studio.semblance.localhost:8443" },
      stores: { postgres: labelStudio, s3: this.s3("label-studio") },
      secretKey: this.login("secret-key").password,
    };
    const redisOf = (name: string): RedisConnection => {
      const user = redis.users.find(({ login }) => login.username === name);
      if (user === undefined) throw new Error(name);
      return { ...connection("redis", "redis", 6379), trust, login: user.login, keyPatterns: [] };
    };
    const administrator = this.login("admin@semblance.localhost");
    const apiToken = Sensitive.of(randomBytes(20).toString("hex"));
    const users = { postgres: mlflow, administrator: this.login("admin"), clients: [] };
    await Promise.all([
      this.done("setup", labelStudioSetupJob({ ...process, administrator, apiToken })),
      this.done("mlflow-setup", mlflowSetupJob(users)),
    ]);
    await Promise.all([
      this.start(
        "label-studio",
        this.copy.of(
          labelStudioSpec({
            ...process,
            ...development,
            redis: redisOf("label-studio"),
            leaf: this.leaf("label-studio"),
            listen: [this.address("label-studio")],
            names: ["label-studio"],
          }),
        ),
      ),
      this.start(
        "mlflow",
        this.copy.of(
          mlflowSpec({
            ...development,
            site: { url: "https://mlflow.semblance.localhost:8443", host: "mlflow.semblance.localhost" },
            postgres: mlflow,
            s3: this.s3("mlflow"),
            leaf: this.leaf("mlflow"),
            listen: [this.address("mlflow")],
            names: ["mlflow"],
            flaskKey: this.login("flask").password,
            scrape: this.scrape,
          }),
        ),
      ),
    ]);
    await this.start(
      "label-studio-worker",
      this.copy.of(
        labelStudioWorkerSpec({ ...process, ...development, redis: redisOf("label-studio-worker") }),
      ),
    );
    await this.start(
      "label-studio-exporter",
      this.copy.of(
        labelStudioExporterSpec({
          live: true,
          web: { ...connection("label-studio", "https", 8443), trust },
          postgres: labelStudio,
          redis: redisOf("label-studio-exporter"),
          scrape: this.scrape,
          leaf: this.leaf("label-studio-exporter"),
          listen: [this.address("label-studio-exporter")],
        }),
      ),
    );
  }

  /** Asks a server by its name, as its peers do. */
  ask(name: Name, port: number, path: string, login?: GeneratedLogin): Promise<Answer> {
    return ask({
      url: `https://${this.address(name)}:${port}${path}`,
      name,
      ca: this.pki.ca,
      headers: { Host: `${name}:${port}` },
      ...(login === undefined ? {} : { login: `${login.username}:${this.passwords.get(login)}` }),
    });
  }

  async close(): Promise<void> {
    await this.bench.close();
    this.copy.remove();
  }

  private login(username: string): GeneratedLogin {
    const password = randomBytes(12).toString("hex");
    const bcryptHash = Sensitive.of(bcrypt.hashSync(password, 4));
    const login = { username, password: Sensitive.of(password), bcryptHash };
    this.passwords.set(login, password);
    return login;
  }

  private leaf(name: string): Leaf {
    return leafOf(this.pki.issue(name, "127.0.0.1"));
  }

  private address(name: Name): string {
    return this.bench.address(ADDRESSES[name]);
  }

  private database(name: string): PostgresConnection & { readonly login: GeneratedLogin } {
    return {
      ...connection("postgres", "sql", 5432),
      trust: this.trust,
      database: name,
      login: this.login(name),
    };
  }

  /** Where nobody answers: neither asks for it before somebody uploads. */
  private s3(bucket: string): S3Connection {
    const endpoint = "https://s3.semblance.localhost:8443";
    const keys = this.login(`${bucket}-s3`);
    return {
      ...connection("minio", "s3", 8443),
      trust: this.trust,
      bucket,
      region: "us-east-1",
      keys,
      endpoint,
    };
  }

  private createDatabase(of: ReturnType<LiveWorld["database"]>): Promise<void> {
    const admin = { ...of, database: "postgres", login: this.superuser };
    const env = { DATABASE: of.database };
    const job = sqlJob({ admin, script: "database.sh", env, logins: { "owner-password": of.login } });
    return this.done(`database-${of.database}`, job);
  }

  private async start(name: Name, spec: WorkloadSpec): Promise<void> {
    const started = await this.bench.start(name, ADDRESSES[name], spec, { limitSeconds: 150 });
    this.containers.set(name, started);
  }

  private async done(name: string, spec: JobSpec): Promise<void> {
    const { code, said } = await this.bench.job(name, spec);
    if (code !== 0) throw new Error(`job ${name} ended with ${code}: ${said}`);
  }
}
