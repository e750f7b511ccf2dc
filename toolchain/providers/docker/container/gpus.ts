import type Docker from "dockerode";

const CAPABILITIES = [["gpu"]];

/** "all" or "device=0,2": what the SDK allows for `gpus`. */
export const GPUS_PATTERN = /^["']?(all|device=[^\s,"']+(,[^\s,"']+)*)["']?$/;

/** The device requests that `docker run --gpus` would make for the same text. */
export function toGpuRequests(gpus: string): Docker.DeviceRequest[] {
  const [, wanted = ""] = GPUS_PATTERN.exec(gpus) ?? [];
  if (!wanted.startsWith("device=")) return [{ Count: -1, Capabilities: CAPABILITIES }];
  return [{ DeviceIDs: wanted.slice("device=".length).split(","), Capabilities: CAPABILITIES }];
}

/** The text for which the engine was given these requests, where there is one. */
export function fromGpuRequests(
  requests: readonly Docker.DeviceRequest[] | null | undefined,
): string | undefined {
  const [request, ...others] = requests ?? [];
  const gpu = request?.Capabilities?.some((set) => set.includes("gpu")) ?? false;
  if (request === undefined || others.length > 0 || !gpu) return undefined;
  if ((request.DeviceIDs?.length ?? 0) > 0) return `device=${request.DeviceIDs?.join(",")}`;
  return request.Count === -1 ? "all" : undefined;
}
