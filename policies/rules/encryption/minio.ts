import { stackRule } from "../../core/rule";
import { isMissing } from "../../core/value";
import type { Settings } from "../../models/settings";
import { type Server, serverTypes } from "../../models/software";
import { demand, saysYes } from "./servers";
import { minio } from "./software";

/** Ways to give MinIO a key, or the server that has them. */
const KEYS = [
  "minio_kms_secret_key",
  "minio_kms_secret_key_file",
  "minio_kms_server",
  "minio_kms_kes_endpoint",
];

/** Encryption of what lies in MinIO. */
export const minioEncrypted = stackRule({
  name: "ear-12-minio-sse",
  group: "encryption",
  severity: "high",
  summary: "MinIO encrypts every object with a key that is not on its disk.",
  why: "Objects lie on the volume as files otherwise, for everybody who gets hold of the disk or of a backup of it.",
  fix: "Set MINIO_KMS_AUTO_ENCRYPTION=on, and MINIO_KMS_SECRET_KEY_FILE or MINIO_KMS_SERVER.",
  maps: [],
  unknown: "cannot tell",
  bad: `new docker.Container("s3", { image: "minio/minio:RELEASE.2025-09-07T16-13-09Z", command: ["server", "/data"] });`,
  good: `new docker.Container("s3", { image: "minio/minio:RELEASE.2025-09-07T16-13-09Z", command: ["server", "/data"], envs: ["MINIO_KMS_AUTO_ENCRYPTION=on", "MINIO_KMS_SECRET_KEY_FILE=/run/secrets/kms-key"] });`,
  types: serverTypes,
  check(stack, report) {
    demand(
      minio,
      [
        {
          key: "minio_kms_auto_encryption",
          passes: saysYes,
          found: "encrypts only what clients ask it to encrypt",
        },
      ],
      stack,
      report,
      (server, settings) => {
        if (hasKey(server, settings)) return;
        if (settings.more) report.cannotTell(server.path, server.resource);
        else report.violation(server.path, "gives MinIO no key to encrypt with", server.resource);
      },
    );
  },
});

/** A key comes by a setting, which may refer to a secret, or by a script that reads it. */
const hasKey = ({ script }: Server, { known }: Settings): boolean =>
  KEYS.some(
    (key) => !isMissing(known.get(key)?.value) || new RegExp(`\\b${key.toUpperCase()}=\\S`).test(script),
  );
