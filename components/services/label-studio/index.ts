import * as pulumi from "@pulumi/pulumi";
import { type HttpsConnection, type RedisConnection, trustOf } from "../../core/connection";
import { debugOf } from "../../core/debug";
import type { Foundation, GeneratedLogin } from "../../core/foundation";
import type { ServiceState } from "../../core/metrics";
import { liveOf } from "../../core/sources";
import type { OtlpConnection } from "../../core/telemetry";
import type { Login, Sensitive } from "../../core/values";
import { labelStudioSetupJob, labelStudioSpec, labelStudioWorkerSpec } from "./specs";
import type { LabelStudioSite, LabelStudioStores } from "./workload";

export { LabelStudioExporter, type LabelStudioMeasured } from "./exporter";
export { EXPORTER_REDIS_RIGHTS, LABEL_STUDIO_REDIS_RIGHTS } from "./rights";

/** Args of `LabelStudio`. */
export interface LabelStudioArgs {
  readonly site: LabelStudioSite;
  /** E-mail address with which the administrator logs in. */
  readonly administrator: string;
  readonly stores: LabelStudioStores;
  /** The server and the worker have a Redis user each. */
  readonly redis: { readonly server: RedisConnection; readonly worker: RedisConnection };
  /** PostgreSQL role of the exporter. */
  readonly reader: string;
  /** Where traces go: the server and the worker have a login each. Absent: there are none. */
  readonly otlp?: { readonly server: OtlpConnection; readonly worker: OtlpConnection };
}

/** Label Studio: a job that prepares its database, the server, and the worker of its queue. */
export class LabelStudio extends pulumi.ComponentResource {
  /** The first user: an e-mail address and a password. */
  readonly administrator: GeneratedLogin;
  /** The administrator's token, for `Authorization: Token …`. */
  readonly apiToken: Sensitive;
  /** User of its bucket, for projects that connect it as cloud storage. Absent where the workload itself has the right. */
  readonly bucketKeys: Login | undefined;
  /** The way to its pages and its API; it asks for a login itself. */
  readonly web: HttpsConnection;

  constructor(
    name: string,
    foundation: Foundation,
    args: LabelStudioArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:LabelStudio", name, {}, opts);
    const { platform, certificates, secrets } = foundation;
    this.administrator = secrets.login(name, "administrator", args.administrator);
    this.apiToken = secrets.key(`${name}-api-token`, 20).hex;
    const { s3, postgres: database } = args.stores;
    this.bucketKeys = s3.keys === "workload-identity" ? undefined : s3.keys;
    // It verifies itself too, when it asks itself whether it is healthy.
    const trust = trustOf(certificates.trust, database.trust, args.redis.server.trust, s3.trust);
    const stores = { s3, postgres: { ...database, trust } };
    const process = {
      site: args.site,
      stores,
      secretKey: secrets.key(`${name}-secret-key`, 32).hex,
    };

    const job = labelStudioSetupJob({
      ...process,
      administrator: this.administrator,
      apiToken: this.apiToken,
      reader: args.reader,
    });
    const setup = platform.runOnce("label-studio-setup", `${name}-setup`, job, this);
    const postgres = { ...stores.postgres, readyWhen: [...database.readyWhen, ...setup.doneWhen] };
    const prepared = { ...process, stores: { ...stores, postgres } };

    const live = liveOf(foundation);
    const spec = labelStudioSpec({
      ...prepared,
      ...live,
      ...debugOf(foundation, "label-studio"),
      redis: args.redis.server,
      otlp: args.otlp?.server,
      leaf: certificates.issue("label-studio", platform.namesOf("label-studio")),
      listen: platform.listen("label-studio", "https"),
      names: platform.namesOf("label-studio"),
    });
    const server = platform.run("label-studio", spec, this);
    platform.run(
      "label-studio-worker",
      labelStudioWorkerSpec({
        ...prepared,
        ...live,
        ...debugOf(foundation, "label-studio-worker"),
        redis: args.redis.worker,
        otlp: args.otlp?.worker,
      }),
      this,
    );
    this.web = {
      server: "label-studio",
      port: "https",
      address: server.address("https"),
      trust: certificates.trust,
      readyWhen: server.readyWhen,
    };
    this.registerOutputs({});
  }
}

/** How the state of Label Studio's services is read off its exporter's metrics. */
export const LABEL_STUDIO_STATES: readonly ServiceState[] = [
  { service: "label-studio", expression: "label_studio_up" },
  { service: "label-studio-worker", expression: "clamp_max(label_studio_workers, 1)" },
  { service: "label-studio-exporter", expression: 'up{job="label-studio-exporter"}' },
];
