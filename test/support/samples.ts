import type {
  Connection,
  HttpsConnection,
  PostgresConnection,
  RedisConnection,
} from "../../components/core/connection";
import * as pulumi from "@pulumi/pulumi";
import type { GeneratedLogin, Leaf } from "../../components/core/foundation";
import { Sensitive, type TextValue, unwrap } from "../../components/core/values";
import type { JobSpec, WorkloadSpec } from "../../components/core/workload";
import type { ServiceName } from "../../components/topology";
import { CANARY } from "./mocks";

/** A secret text that a test recognises where it must not be. */
export const secretText = (of: string): string => `${CANARY}-${of}`;

export const trust = { caCertificate: "the authority" };

export const leaf: Leaf = {
  certificate: pulumi.output("the certificate"),
  key: Sensitive.of(secretText("key")),
};

export function login(username: string): GeneratedLogin {
  return {
    username,
    password: Sensitive.of(secretText(username)),
    bcryptHash: Sensitive.of(`$2a$10$${secretText(`hash-${username}`)}`),
  };
}

/** A connection to a server that nobody has to wait for. */
export function connection(server: ServiceName, port: string, number = 1234): Connection {
  return { server, port, address: { host: server, port: number }, trust, readyWhen: [] };
}

export const postgres: PostgresConnection = {
  ...connection("postgres", "sql", 5432),
  database: "label_studio",
  login: login("label_studio"),
};

export const redis: RedisConnection = {
  ...connection("redis", "redis", 6379),
  login: login("label-studio"),
  keyPatterns: ["rq:*"],
};

export const https: HttpsConnection = connection("label-studio", "https", 8080);

/** The smallest server. */
export const serverSpec: WorkloadSpec<"https"> = {
  image: "redis",
  command: ["serve", "--quietly"],
  ports: { https: { number: 8443 } },
  ready: { command: ["ask"], intervalSeconds: 5, timeoutSeconds: 2, failures: 3, startSeconds: 10 },
  user: { uid: 999, gid: 998 },
  resources: { cpu: 0.5, memoryMiB: 64 },
  uses: [],
};

/** The smallest job. */
export const jobSpec: JobSpec = {
  image: "redis",
  command: ["do", "it"],
  user: { uid: 999, gid: 998 },
  resources: { cpu: 0.5, memoryMiB: 64 },
  uses: [],
  rerunOn: [],
  timeoutSeconds: 60,
};

/** The text behind a value, and whether it is marked as a secret. */
export async function open(value: TextValue): Promise<{ text: string; secret: boolean }> {
  const output = unwrap(value);
  const text = await new Promise<string>((resolve) => void output.apply(resolve));
  return { text, secret: await pulumi.isSecret(output) };
}

/** The text of one of a spec's files. */
export async function fileOf(
  spec: { readonly files?: Readonly<Record<string, TextValue>> },
  path: string,
): Promise<string> {
  const value = spec.files?.[path];
  if (value === undefined)
    throw new Error(`no file ${path}; there are ${Object.keys(spec.files ?? {}).join(", ")}`);
  return (await open(value)).text;
}

/** All texts of a spec, of whatever kind: files and variables first of all, by name. */
export async function textsOf(
  values: Readonly<Record<string, TextValue>> = {},
): Promise<Map<string, { text: string; secret: boolean }>> {
  return new Map(
    await Promise.all(
      Object.entries(values).map(async ([name, value]) => [name, await open(value)] as const),
    ),
  );
}
