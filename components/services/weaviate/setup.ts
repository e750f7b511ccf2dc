import { asset } from "../../core/assets";
import type { BearerConnection } from "../../core/connection";
import { trustFiles } from "../../core/foundation";
import { FILES, type JobSpec } from "../../core/workload";
import { datasetEmbedding } from "./collections";
import { permissionsOf, type WeaviateRights } from "./rights";

/** What the job that makes collections and roles needs. */
export interface WeaviateSetupArgs {
  /** The root user's connection. */
  readonly admin: BearerConnection;
  /** Rights of each client; its role and its user have its name. */
  readonly clients: Readonly<Record<string, WeaviateRights>>;
}

/** The job that runs setup.py, in the image with Python that every stack has. */
export function weaviateSetupJob({ admin, clients }: WeaviateSetupArgs): JobSpec {
  const wanted = {
    host: admin.address.host,
    port: admin.address.port,
    collections: [datasetEmbedding],
    clients: Object.entries(clients).map(([name, rights]) => ({ name, permissions: permissionsOf(rights) })),
  };
  return {
    image: "label-studio",
    command: ["/opt/label-studio/bin/python", `${FILES}/setup.py`],
    files: {
      ...trustFiles(admin.trust),
      [`${FILES}/setup.py`]: asset(__dirname, "setup.py"),
      [`${FILES}/setup.json`]: JSON.stringify(wanted, undefined, 2),
      [`${FILES}/secrets/weaviate-key`]: admin.token,
    },
    user: { uid: 10003, gid: 10003 },
    writable: ["/tmp"],
    resources: { cpu: 0.5, memoryMiB: 128 },
    uses: [admin],
    rerunOn: [],
    timeoutSeconds: 180,
  };
}
