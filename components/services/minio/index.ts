import * as pulumi from "@pulumi/pulumi";
import { asset } from "../../core/assets";
import type { HttpsConnection, S3Connection, TlsTrust } from "../../core/connection";
import { type Foundation, type GeneratedLogin, type Leaf, TLS, trustFiles } from "../../core/foundation";
import type { BucketAccess } from "../../core/managed";
import type { RunningWorkload } from "../../core/platform";
import type { Sensitive } from "../../core/values";
import { FILES, type WorkloadSpec } from "../../core/workload";
import { MinioAccount, MINIO_USER, METRICS_POLICY, bucketPolicy } from "./accounts";
import { metricsToken } from "./token";

export type MinioPort = "s3" | "console";

/** MinIO's own default, and the only place where it is written. */
export const REGION = "us-east-1";

/** Name of the key with which every object is encrypted. */
const KMS_KEY = "semblance";

const CONSOLE_PORT = 9001;

/** What a MinIO server needs. */
export interface MinioSpecArgs {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  readonly root: GeneratedLogin;
  /** 32 bytes in base64. Whoever loses it loses the objects. */
  readonly kmsKey: Sensitive;
  /** Host and port under which S3 is known inside and outside alike: a presigned link is bound to them. */
  readonly s3: { readonly host: string; readonly port: number };
  /** URL under which a browser opens the console. */
  readonly consoleUrl: string;
  /** Origins whose pages may fetch objects. */
  readonly corsOrigins: readonly string[];
  /** Address of the console; S3 listens on all, since every client of MinIO is a client of S3. */
  readonly consoleListen: string;
}

/** MinIO on one disk: TLS, and encryption of every object by default with a key that is not on that disk. */
export function minioSpec(args: MinioSpecArgs): WorkloadSpec<MinioPort> {
  return {
    image: "minio",
    command: ["sh", `${FILES}/start.sh`],
    env: {
      MINIO_ROOT_USER: args.root.username,
      KMS_KEY,
      MINIO_KMS_AUTO_ENCRYPTION: "on",
      MINIO_REGION: REGION,
      MINIO_SERVER_URL: `https://${args.s3.host}:${args.s3.port}`,
      MINIO_BROWSER_REDIRECT_URL: args.consoleUrl,
      MINIO_API_CORS_ALLOW_ORIGIN: args.corsOrigins.join(","),
      MINIO_UPDATE: "off",
      S3_LISTEN: `:${args.s3.port}`,
      CONSOLE_LISTEN: `${args.consoleListen}:${CONSOLE_PORT}`,
      MC_CONFIG_DIR: "/tmp/mc",
      MC_HOST_local: `https://127.0.0.1:${args.s3.port}`,
      SSL_CERT_FILE: TLS.ca,
      HOME: "/tmp",
    },
    files: {
      [`${FILES}/certs/public.crt`]: args.leaf.certificate,
      [`${FILES}/certs/private.key`]: args.leaf.key,
      [`${FILES}/certs/CAs/ca.crt`]: args.trust.caCertificate,
      ...trustFiles(args.trust),
      [`${FILES}/start.sh`]: asset(__dirname, "start.sh"),
      [`${FILES}/secrets/root-password`]: args.root.password,
      [`${FILES}/secrets/kms-key`]: args.kmsKey,
    },
    ports: { s3: { number: args.s3.port }, console: { number: CONSOLE_PORT } },
    volumes: { data: { mountPath: "/data", onDown: "keep", sizeGiB: 100 } },
    ready: {
      command: ["mc", "--quiet", "ready", "local"],
      intervalSeconds: 5,
      timeoutSeconds: 5,
      failures: 10,
      startSeconds: 30,
    },
    user: MINIO_USER,
    writable: ["/tmp"],
    resources: { cpu: 1, memoryMiB: 768 },
    aliases: [args.s3.host],
    uses: [],
  };
}

/** Args of `Minio`. */
export interface MinioArgs {
  /** Host and port under which browsers and services reach S3. */
  readonly s3: { readonly host: string; readonly port: number };
  readonly consoleUrl: string;
  readonly corsOrigins: readonly string[];
}

/** MinIO. A client gets a bucket, a user and a policy of its own by `bucket(client, access)`. */
export class Minio extends pulumi.ComponentResource {
  private readonly server: RunningWorkload<MinioPort>;
  /** The administrator of the console. */
  readonly root: GeneratedLogin;

  constructor(
    name: string,
    private readonly foundation: Foundation,
    private readonly args: MinioArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:Minio", name, {}, opts);
    const { platform, certificates, secrets } = foundation;
    this.root = secrets.login("minio", "root", "root");
    const spec = minioSpec({
      ...args,
      leaf: certificates.issue("minio", [...platform.namesOf("minio"), args.s3.host]),
      trust: certificates.trust,
      root: this.root,
      kmsKey: secrets.key("minio-kms", 32).base64,
      consoleListen: platform.listen("minio", "console")[0] ?? "127.0.0.1",
    });
    this.server = platform.run("minio", spec, this);
    this.registerOutputs({});
  }

  /** A bucket called after its client, versioned and encrypted, and a user that may use it and nothing else. */
  bucket(client: string, access: BucketAccess): S3Connection {
    const account = this.account(client, { bucket: client, policy: bucketPolicy(client, access) });
    return {
      ...this.at("s3", account.readyWhen),
      address: this.args.s3,
      endpoint: `https://${this.args.s3.host}:${this.args.s3.port}`,
      bucket: client,
      region: REGION,
      keys: account.login,
    };
  }

  /** A user that may read the metrics, and the bearer token that shows it. */
  metrics(client: string): HttpsConnection & { readonly token: Sensitive } {
    const account = this.account(client, { policy: METRICS_POLICY });
    return { ...this.at("s3", account.readyWhen), token: metricsToken(account.login) };
  }

  /** The way of the gateway to one of the ports; it brings no credential, since browsers bring their own. */
  door(port: MinioPort): HttpsConnection {
    return this.at(port, this.server.readyWhen);
  }

  private account(client: string, rights: { bucket?: string; policy: object }): MinioAccount {
    const admin = { ...this.at("s3", this.server.readyWhen), login: this.root, kmsKey: KMS_KEY };
    return new MinioAccount(
      `minio-${client}`,
      this.foundation,
      { admin, client, ...rights },
      { parent: this },
    );
  }

  private at(port: MinioPort, readyWhen: readonly pulumi.Input<pulumi.Resource>[]): HttpsConnection {
    return {
      server: "minio",
      port,
      address: this.server.address(port),
      trust: this.foundation.certificates.trust,
      readyWhen,
    };
  }
}
