import type { ManagedService, ServiceName } from "../topology";
import type { AnyConnection, PostgresConnection, S3Connection } from "./connection";
import type { Login } from "./values";

/** Addresses behind which a managed server is, and its port. */
export interface Reach {
  /** IPv4 ranges; `world` is every address that is not private. */
  readonly to: "world" | readonly string[];
  readonly port: number;
}

/** A server that is bought: nothing of it runs beside its clients, whose fences need to know where it is. */
export interface ManagedServer {
  /** All that a client has to reach. */
  readonly reach: readonly Reach[];
}

/** What a client may do with the objects of its bucket. */
export type BucketAccess = "read" | "read-write";

/** S3 in MinIO's place. */
export interface ManagedS3 extends ManagedServer {
  /** A bucket called after its client, for these members and no others. */
  bucket(client: ServiceName, access: BucketAccess, members: readonly ServiceName[]): S3Connection;
}

/** A PostgreSQL server. Its administrator may make roles and databases, and is no superuser. */
export interface ManagedPostgres extends ManagedServer {
  /** Registers the server, with this administrator. */
  admin(login: Login): PostgresConnection;
}

/** A user of a managed Redis. */
export interface ManagedRedisUser {
  readonly login: Login;
  /** What it may do: the words of an ACL line after the password. */
  readonly rights: readonly string[];
}

/** A server for clients of Redis. */
export interface ManagedRedis extends ManagedServer {
  /** Registers the server, for these users and nobody else. */
  server(users: Readonly<Record<string, ManagedRedisUser>>): AnyConnection;
}

/** What a platform can buy instead of running it. */
export interface ManagedServices extends Record<ManagedService, ManagedServer> {
  readonly s3: ManagedS3;
  readonly postgres: ManagedPostgres;
  readonly redis: ManagedRedis;
}
