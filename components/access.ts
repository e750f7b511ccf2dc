import * as pulumi from "@pulumi/pulumi";
import type { Login } from "./core/values";
import type { Gateway } from "./services/gateway";
import type { LabelStudio } from "./services/label-studio";
import type { Minio } from "./services/minio";
import type { Site } from "./site";

/** A login that a person uses. Its password is among the secret outputs. */
export interface PublicLogin {
  /** What `npm run password -- SERVICE` takes. */
  readonly service: string;
  readonly username: string;
  /** Its key among the passwords. */
  readonly passwordOutput: string;
}

/** Where to go and how to log in: the stack's outputs. */
export interface Access {
  readonly urls: Readonly<Record<string, string>>;
  readonly logins: readonly PublicLogin[];
  /** Passwords by the service of the login; secret. */
  readonly passwords: pulumi.Output<Record<string, string>>;
}

/** Gathers the pages and the logins that people use. */
export function access(
  site: Site,
  services: {
    readonly gateway: Gateway;
    readonly labelStudio: LabelStudio;
    /** Absent where objects are kept elsewhere. */
    readonly minio?: Minio;
    /** Logins of services that not every stack has. */
    readonly others: Readonly<Record<string, Login>>;
    /** Pages of such services. */
    readonly pages: readonly string[];
  },
): Access {
  const { gateway, labelStudio, minio } = services;
  const logins: Readonly<Record<string, Login>> = {
    "label-studio": labelStudio.administrator,
    "label-studio-api": { ...labelStudio.administrator, password: labelStudio.apiToken },
    // The user of Label Studio's bucket: to connect the bucket to a project as cloud storage.
    ...(labelStudio.bucketKeys === undefined ? {} : { "label-studio-s3": labelStudio.bucketKeys }),
    ...(minio === undefined ? {} : { minio: minio.root }),
    ...services.others,
    ...gateway.logins,
  };
  const passwords = Object.fromEntries(
    Object.entries(logins).map(([service, { password }]) => [service, password.unwrap()]),
  );
  return {
    urls: {
      home: site.url(),
      "label-studio": site.url("label-studio"),
      ...(minio === undefined ? {} : { s3: site.url("s3"), minio: site.url("minio") }),
      prometheus: site.url("prometheus"),
      ...Object.fromEntries(services.pages.map((page) => [page, site.url(page)])),
    },
    logins: Object.entries(logins).map(([service, { username }]) => ({
      service,
      username,
      passwordOutput: service,
    })),
    passwords: pulumi.secret(pulumi.all(passwords)),
  };
}
