import { duration } from "../../terminal";
import type { EngineContainer, Inventory } from "../healing/inventory";
import { servicesOf, type StackState } from "../stack/state";

/** State of one service. */
export interface ServiceRow {
  readonly name: string;
  readonly ready: boolean;
  readonly reason?: string;
  /** Why the stack does not have the service. */
  readonly absent?: string;
  readonly url?: string;
  readonly image: string;
  /** Unix seconds. */
  readonly startedAt?: number;
}

/** What the rows are made of. */
export interface StatusFacts {
  readonly state: StackState;
  /** Absent when no engine answers. */
  readonly engine: Inventory | undefined;
  readonly urls: Readonly<Record<string, string>>;
  /** Services that cannot run on this machine, and why. */
  readonly absent: Readonly<Record<string, string>>;
  /** Readable name of an image by its id. */
  readonly tags: ReadonlyMap<string, string>;
}

/** A row per service that the state or the engine knows, and one per job that failed. */
export function rowsOf({ state, engine, urls, absent, tags }: StatusFacts): ServiceRow[] {
  const imageOf = (id: string): string => tags.get(id) ?? id.replace(/^sha256:/, "").slice(0, 12);
  const expected = servicesOf(state);
  const containers = engine?.containers ?? [];
  const found = new Map(
    containers.flatMap((c) => (c.service === undefined ? [] : [[c.service, c] as const])),
  );
  const services = [...new Set([...expected.keys(), ...found.keys()])].sort().map((name): ServiceRow => {
    const container = found.get(name);
    const reason = engine === undefined ? "no Docker Engine answers" : reasonOf(container);
    const url = urls[name];
    return {
      name,
      ready: reason === undefined,
      ...(reason === undefined ? {} : { reason }),
      ...(url === undefined ? {} : { url }),
      image: imageOf(container?.imageId ?? expected.get(name) ?? ""),
      ...(container === undefined ? {} : { startedAt: container.created }),
    };
  });
  const jobs = containers.flatMap((c) =>
    c.job !== undefined && c.state === "exited" && c.exitCode !== 0 ? [{ ...c, job: c.job }] : [],
  );
  const failed = jobs.map(({ job, exitCode, imageId, created }): ServiceRow => {
    const reason = `job failed with code ${exitCode}`;
    return { name: job, ready: false, reason, image: imageOf(imageId), startedAt: created };
  });
  const missing = Object.entries(absent).map(([name, why]): ServiceRow => ({
    name,
    ready: false,
    absent: why,
    image: "",
  }));
  return [...services, ...failed, ...missing];
}

/** Why a service is not ready; undefined when it is. */
function reasonOf(container: EngineContainer | undefined): string | undefined {
  if (container === undefined) return "its container is gone";
  if (container.state !== "running") {
    return container.exitCode === undefined
      ? `container is ${container.state}`
      : `stopped with code ${container.exitCode}`;
  }
  if (container.health === "unhealthy") return "its health check fails";
  return container.health === "starting" ? "still starting" : undefined;
}

/** How long ago, for people. */
export function ageOf(startedAt: number | undefined, nowMs: number): string {
  return startedAt === undefined ? "" : duration(Math.max(0, nowMs - startedAt * 1000));
}
