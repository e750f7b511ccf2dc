import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { byId, dockerContainer, pod, withCarrier } from "./services";

const image = "redis:8.4";
const start = ["redis-server", "/etc/x/redis.conf"];
const secure = "port 0\ntls-port 6379\ntls-cert-file /etc/x/server.crt\n";
const client = (...envs: string[]) => dockerContainer({ image: "app:1", envs });

export const redisTls: Cases = {
  rule: "eit-06-redis-tls",
  good: dockerContainer({ image, command: ["redis-server", "--port", "0", "--tls-port", "6379"] }),
  bad: dockerContainer({ image, command: ["redis-server", "--tls-port", "6379", "--port", "6380"] }),
  unknown: dockerContainer({ image, command: ["redis-server", "--port", "0", UNKNOWN] }),
  unknownIs: "cannot tell",
  missing: dockerContainer({ image }),
  missingIs: "violation",
  canary: dockerContainer({ image, command: ["redis-server", "--requirepass", CANARY] }),
  sibling: [...pod("valkey/valkey:9", {}, {}, "kubernetes:apps/v1:StatefulSetPatch")],
  more: [
    { name: "a server by the id of its image", is: "violation", of: byId("redis:8", {}) },
    {
      name: "a file in a volume",
      is: "fine",
      of: withCarrier(image, start, { "/etc/x/redis.conf": secure }),
    },
    {
      name: "a file with a plain port",
      is: "violation",
      of: withCarrier(image, start, { "/etc/x/redis.conf": "tls-port 6379\n" }),
    },
    {
      name: "a file with TLS 1.0",
      is: "violation",
      of: withCarrier(image, start, { "/etc/x/redis.conf": `${secure}tls-protocols "TLSv1 TLSv1.2"\n` }),
    },
    {
      name: "a file with TLS 1.2",
      is: "fine",
      of: withCarrier(image, start, { "/etc/x/redis.conf": `${secure}tls-protocols "TLSv1.2 TLSv1.3"\n` }),
    },
    { name: "a file from elsewhere", is: "cannot tell", of: pod(image, { command: start }) },
    {
      name: "a file from the host, over the image's",
      is: "cannot tell",
      of: dockerContainer({
        image,
        volumes: [{ hostPath: "/srv/redis.conf", containerPath: "/usr/local/etc/redis/redis.conf" }],
      }),
    },
    {
      name: "an exporter",
      is: "fine",
      of: dockerContainer({ image: "oliver006/redis_exporter:v1", envs: ["REDIS_ADDR=rediss://redis:6379"] }),
    },
    { name: "a client in plain", is: "violation", of: client("REDIS_URL=redis://:secret@redis:6379/0") },
    { name: "a client of its own machine", is: "fine", of: client("REDIS_URL=redis://localhost:6379") },
    {
      name: "a client's file",
      is: "violation",
      of: [
        {
          type: "kubernetes:core/v1:Secret",
          props: { data: { "app.ini": Buffer.from("url = redis://redis:6379").toString("base64") } },
        },
      ],
    },
  ],
};
