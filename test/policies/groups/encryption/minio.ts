import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";
import { byId, dockerContainer, pod, withCarrier } from "./services";

const image = "minio/minio:RELEASE.2025-09-07T16-13-09Z";
const on = "MINIO_KMS_AUTO_ENCRYPTION=on";
const file = "MINIO_KMS_SECRET_KEY_FILE=/run/secrets/kms-key";
const server = (...envs: string[]): Fixture => dockerContainer({ image, command: ["server", "/data"], envs });
const script = (text: string) => withCarrier(image, ["sh", "/etc/x/start.sh"], { "/etc/x/start.sh": text });

export const minioEncrypted: Cases = {
  rule: "ear-12-minio-sse",
  good: server(on, file),
  bad: server("MINIO_KMS_AUTO_ENCRYPTION=off", file),
  unknown: server(UNKNOWN, file),
  unknownIs: "cannot tell",
  missing: server(),
  missingIs: "violation",
  canary: server(on, `MINIO_ROOT_PASSWORD=${CANARY}`),
  sibling: [...pod(image, { args: ["server", "/data"] }, {}, "kubernetes:apps/v1:DeploymentPatch")],
  more: [
    {
      name: "a server by the id of its image",
      is: "violation",
      of: byId(image, { command: ["server", "/data"], envs: [on] }),
    },
    {
      name: "a key from a Secret",
      is: "fine",
      of: pod(image, {
        command: ["minio", "server", "/data"],
        env: [
          { name: "MINIO_KMS_AUTO_ENCRYPTION", value: "on" },
          { name: "MINIO_KMS_SECRET_KEY", valueFrom: { secretKeyRef: { name: "a", key: "b" } } },
        ],
      }),
    },
    {
      name: "a key that a script reads",
      is: "violation",
      of: script('MINIO_KMS_SECRET_KEY="a:$(cat /key)"\nexec minio server /data'),
    },
    { name: "a script that says both", is: "violation", of: script("exec minio server /data") },
    {
      name: "variables that come together",
      is: "cannot tell",
      of: pod(image, { command: ["minio", "server", "/data"], envFrom: [{ secretRef: { name: "a" } }] }),
    },
    { name: "its client", is: "fine", of: script("mc mb --ignore-existing local/data") },
  ],
};
