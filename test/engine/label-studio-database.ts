import assert from "node:assert/strict";
import type Docker from "dockerode";
import type { S3Connection } from "../../components/core/connection";
import type { Leaf } from "../../components/core/foundation";
import type { JobSpec } from "../../components/core/workload";
import { labelStudioSetupJob } from "../../components/services/label-studio/specs";
import { postgresSpec } from "../../components/services/postgres";
import { sqlJob } from "../../components/services/postgres/accounts";
import { executeOk } from "../support/engine";
import { connection, postgres as sample } from "../support/samples";
import { NetworkBench } from "../parts/network-bench";
import { leafOf, login } from "./gateway-bench";
import { ThrowAwayAuthority } from "./gateway-pki";

/** A PostgreSQL with Label Studio's empty database in it, and the job that prepares that database. */
export class LabelStudioDatabase {
  readonly bench: NetworkBench;
  readonly reader;
  readonly setup: JobSpec;
  readonly trust;
  database!: Docker.Container;
  private readonly pki = new ThrowAwayAuthority();
  private readonly admin;
  private readonly owner;

  constructor(name: string, subnet: string) {
    this.bench = new NetworkBench(name, subnet);
    this.trust = { caCertificate: this.pki.ca };
    this.admin = {
      ...sample,
      trust: this.trust,
      database: "postgres",
      login: login("postgres", "superuser0123"),
    };
    this.owner = { ...this.admin, database: "label_studio", login: login("label_studio", "owner0123") };
    this.reader = { ...this.owner, login: login("label_studio_exporter", "reader0123") };
    const s3: S3Connection = {
      ...connection("minio", "s3", 8443),
      trust: this.trust,
      bucket: "label-studio",
      region: "us-east-1",
      keys: login("s3", "s3-0123"),
      endpoint: "https://s3.semblance.localhost:8443",
    };
    this.setup = labelStudioSetupJob({
      site: { url: "https://label-studio.semblance.localhost:8443" },
      stores: { postgres: this.owner, s3 },
      secretKey: login("key", "0123456789abcdef").password,
      administrator: login("admin@semblance.local", "administrator0123"),
      apiToken: login("token", "0123456789abcdef0123456789abcdef01234567").password,
      reader: this.reader.login.username,
    });
  }

  /** The certificate of the authority that all certificates here come from. */
  get ca(): string {
    return this.pki.ca;
  }

  leaf(name: string): Leaf {
    return leafOf(this.pki.issue(name));
  }

  /** Starts the server. @param aliases names under which nothing answers, so that who dials them is refused at once */
  async open(aliases: readonly string[] = []): Promise<void> {
    await this.bench.open();
    const spec = postgresSpec({
      leaf: this.leaf("postgres"),
      trust: this.trust,
      superuserPassword: this.admin.login.password,
    });
    this.database = await this.bench.start("postgres", 2, spec, { aliases });
    const logins = { "owner-password": this.owner.login, "reader-password": this.reader.login };
    const env = { DATABASE: this.owner.database, READER: this.reader.login.username };
    await this.job("database", sqlJob({ admin: this.admin, script: "database.sh", env, logins }));
  }

  /** Runs a job, which must end well, and answers with what it said. */
  async job(name: string, spec: JobSpec): Promise<string> {
    const { code, said } = await this.bench.job(name, spec);
    assert.equal(code, 0, said);
    return said;
  }

  async sql(text: string, as = "postgres"): Promise<string> {
    const said = await executeOk(this.database.id, [
      ...["psql", "-h", "/run/postgresql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", "label_studio"],
      ...["-c", `SET ROLE ${as}`, "-c", text],
    ]);
    return said.trim();
  }
}
