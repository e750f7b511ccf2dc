import type { ServiceName } from "../../components/topology";
import { serverOf } from "./engine";

/** The numbers behind the names of ports, as an operator finds them in `docs/`. The arrows speak of names only. */
const numbers: Readonly<Partial<Record<ServiceName, Readonly<Record<string, number>>>>> = {
  gateway: { https: 8443, http: 8080, metrics: 9443 },
  "label-studio": { https: 8443 },
  "label-studio-exporter": { metrics: 9400 },
  postgres: { sql: 5432 },
  "postgres-exporter": { metrics: 9187 },
  redis: { redis: 6379 },
  "redis-exporter": { metrics: 9121 },
  minio: { console: 9001 },
  prometheus: { https: 9090 },
};

/** Reads the numbers of ports off a running stack. */
export async function portNumbers(): Promise<(service: ServiceName, port: string) => number> {
  // S3 has one port inside and outside, so that a presigned link works in both places.
  const s3 = await publishedPort("https");
  return (service, port) => {
    const number = service === "minio" && port === "s3" ? s3 : numbers[service]?.[port];
    if (number === undefined)
      throw new Error(`test/support/ports.ts does not know port ${port} of ${service}`);
    return number;
  };
}

/** The port of the host that leads to one of the gateway's. */
export async function publishedPort(port: "https" | "http"): Promise<number> {
  const { HostConfig } = await serverOf("gateway");
  const bindings: Record<string, { HostPort: string }[]> = HostConfig.PortBindings ?? {};
  const found = bindings[`${numbers.gateway?.[port]}/tcp`]?.[0];
  if (found === undefined) throw new Error(`the gateway publishes no port for ${port}`);
  return Number(found.HostPort);
}
