import type { ServiceName } from "../../components/topology";
import { serverOf } from "./engine";
import { recordedProgram } from "./recorded-program";

/** The numbers behind the names of ports, as the specs have them. The arrows speak of names only. */
export async function portNumbers(): Promise<(service: ServiceName, port: string) => number> {
  const everything = { profile: "full", development: true } as const;
  const { workloads } = await recordedProgram(everything);
  const ports = new Map(workloads.flatMap(({ member, server }) => (server ? [[member, server.ports]] : [])));
  // S3 has one port inside and outside, so that a presigned link works in both places; it is the stack's own.
  const s3 = await publishedPort("https");
  return (service, port) => {
    const number = service === "minio" && port === "s3" ? s3 : ports.get(service)?.[port]?.number;
    if (number === undefined) throw new Error(`${service} has no port ${port}`);
    return number;
  };
}

/** The port of the host that leads to one of the gateway's. */
export async function publishedPort(port: "https" | "http"): Promise<number> {
  const { HostConfig } = await serverOf("gateway");
  const inside = { https: 8443, http: 8080 };
  const bindings: Record<string, { HostPort: string }[]> = HostConfig.PortBindings ?? {};
  const found = bindings[`${inside[port]}/tcp`]?.[0];
  if (found === undefined) throw new Error(`the gateway publishes no port for ${port}`);
  return Number(found.HostPort);
}
