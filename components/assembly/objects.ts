import type * as pulumi from "@pulumi/pulumi";
import type { S3Connection } from "../core/connection";
import type { Foundation } from "../core/foundation";
import type { BucketAccess } from "../core/managed";
import { Minio } from "../services/minio";
import type { Site } from "../site";
import type { ServiceName } from "../topology";

/** Where objects are kept. */
export interface Objects {
  /** A bucket called after its client, for the members that act for it. */
  bucket(client: ServiceName, access: BucketAccess, members?: readonly ServiceName[]): S3Connection;
  /** MinIO, where it runs here: its console, its metrics and its door come with it. */
  readonly minio?: Minio;
}

/** What the platform buys, or MinIO. */
export function assembleObjects(
  site: Site,
  foundation: Foundation,
  opts: pulumi.ComponentResourceOptions,
): Objects {
  const bought = foundation.platform.managed?.s3;
  if (bought !== undefined)
    return {
      bucket: (client, access, members = [client]) => bought.bucket(client, access, members),
    };
  const minio = new Minio(
    "minio",
    foundation,
    {
      s3: { host: site.host("s3"), port: site.httpsPort },
      consoleUrl: site.url("minio"),
      corsOrigins: corsOrigins(site),
    },
    opts,
  );
  return { minio, bucket: (client, access) => minio.bucket(client, access) };
}

/** Origins whose pages fetch objects by presigned links. */
export const corsOrigins = (site: Site): readonly string[] => [site.url("label-studio")];
