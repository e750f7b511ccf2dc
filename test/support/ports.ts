import type { ServiceName } from "../../components/topology";
import { serverOf } from "./engine";

/** The numbers behind the names of ports, as an operator finds them in `docs/`. The arrows speak of names only. */
const numbers: Readonly<Partial<Record<ServiceName, Readonly<Record<string, number>>>>> = {
  gateway: { https: 8443, http: 8080, metrics: 9443 },
  "label-studio": { https: 8443 },
  "label-studio-exporter": { metrics: 9188 },
  postgres: { sql: 5432 },
  "postgres-exporter": { metrics: 9187 },
  redis: { redis: 6379 },
  "redis-exporter": { metrics: 9121 },
  minio: { s3: 8443, console: 9001 },
  prometheus: { https: 9090 },
};

/** Number of a port of a service. */
export function portNumber(service: ServiceName, port: string): number {
  const number = numbers[service]?.[port];
  if (number === undefined) throw new Error(`test/support/ports.ts does not know port ${port} of ${service}`);
  return number;
}

/** Ports of the host on which the gateway answers. */
export async function edgePorts(): Promise<number[]> {
  const { HostConfig } = await serverOf("gateway");
  const bindings = Object.values<{ HostPort: string }[]>(HostConfig.PortBindings ?? {}).flat();
  return bindings.map(({ HostPort }) => Number(HostPort));
}
