import type { AwsSettings } from "../../config/aws";
import type { PostgresConnection, S3Connection } from "../../core/connection";
import type { ManagedPostgres, ManagedRedis, ManagedS3, ManagedServices } from "../../core/managed";
import type { AwsFoundation } from ".";
import { AMAZON_ROOT } from "./trust";
import { POD_IDENTITY } from "./workload-identity";

const POSTGRES_PORT = 5432;
const REDIS_PORT = 6379;

/** What ElastiCache lets nobody do: it refuses a user whose rights name it. */
const FORBIDDEN = /^\+config(\||$)/;

/** What `managedServices` is made of. */
export interface ManagedServicesArgs {
  /** Which of them: `aws.managed`. */
  readonly managed: AwsSettings["managed"];
  /** Origins whose pages may fetch objects by a presigned link: Label Studio's. */
  readonly corsOrigins: readonly string[];
}

/** What AWS runs in place of services, as far as the configuration asks for it. Give it to the Kubernetes platform as `managed`. */
export const managedServices = (
  foundation: AwsFoundation,
  { managed, corsOrigins }: ManagedServicesArgs,
): Partial<ManagedServices> => ({
  ...(managed.s3 ? { s3: s3(foundation, corsOrigins) } : {}),
  ...(managed.postgres ? { postgres: postgres(foundation) } : {}),
  ...(managed.redis ? { redis: redis(foundation) } : {}),
});

function s3(foundation: AwsFoundation, corsOrigins: readonly string[]): ManagedS3 {
  const buckets = foundation.buckets(corsOrigins);
  return {
    // S3 has public addresses, which change; the VPC's endpoint leads there without the internet.
    reach: [{ to: "world", port: 443 }, POD_IDENTITY],
    bucket: (client, access, members): S3Connection => {
      const facts = buckets.bucket(client, access === "read" ? "read-only" : access, members);
      return {
        server: "minio",
        port: "s3",
        address: { host: facts.host, port: facts.port },
        endpoint: `https://${facts.host}`,
        trust: { caCertificate: AMAZON_ROOT },
        readyWhen: facts.readyWhen,
        bucket: facts.bucket,
        region: facts.region,
        keys: "workload-identity",
      };
    },
  };
}

const postgres = (foundation: AwsFoundation): ManagedPostgres => ({
  reach: [{ to: foundation.network.dataCidrs, port: POSTGRES_PORT }],
  admin: (login): PostgresConnection => {
    const { host, port, caCertificate, readyWhen, administrator } = foundation.database(login);
    return {
      server: "postgres",
      port: "sql",
      address: { host, port },
      trust: { caCertificate },
      readyWhen,
      database: "postgres",
      login: administrator,
    };
  },
});

const redis = (foundation: AwsFoundation): ManagedRedis => ({
  reach: [{ to: foundation.network.dataCidrs, port: REDIS_PORT }],
  server: (users) => {
    const rightsOf = (words: readonly string[]): string =>
      words.filter((word) => !FORBIDDEN.test(word)).join(" ");
    const { host, port, caCertificate, readyWhen } = foundation.cache(
      Object.fromEntries(
        Object.entries(users).map(([client, { login, rights }]) => [
          client,
          { login, rights: rightsOf(rights) },
        ]),
      ),
    );
    return { server: "redis", port: "redis", address: { host, port }, trust: { caCertificate }, readyWhen };
  },
});
