import { DOCKER, labelsOf, resourcesOf, type StackState } from "../stack/state";
import { LABEL } from "../../../components/platforms/docker/names";
import type { EngineContainer, Inventory } from "./inventory";

/** Where the engine and the state of a stack differ. */
export interface Differences {
  /** On the engine and not in the state: left behind by a run that was killed. */
  readonly orphans: {
    readonly containers: readonly EngineContainer[];
    readonly networks: readonly { id: string; name: string }[];
  };
  /** In the state, and present, but not doing its work: stopped, unhealthy, or a job that failed. */
  readonly sick: readonly EngineContainer[];
  /** Names of what is in the state and gone from the engine. */
  readonly gone: readonly string[];
}

/** Compares what the engine holds with what the state says. */
export function compare(engine: Inventory, state: StackState): Differences {
  const resources = resourcesOf(state);
  const known = (type: string): Map<string, string> =>
    new Map(
      resources
        .filter((resource) => resource.type === type && resource.id !== undefined && resource.delete !== true)
        .filter((resource) => type !== DOCKER.volume || labelsOf(resource.inputs)[LABEL.stack] !== undefined)
        .map((resource) => [resource.id ?? "", nameOf(resource.inputs) ?? resource.urn]),
    );
  const anyContainer = new Set(resources.filter(({ type }) => type === DOCKER.container).map(({ id }) => id));
  const anyNetwork = new Set(resources.filter(({ type }) => type === DOCKER.network).map(({ id }) => id));
  const present = {
    containers: new Set(engine.containers.map(({ id }) => id)),
    networks: new Set(engine.networks.map(({ id }) => id)),
    volumes: new Set(engine.volumes),
  };
  const missing = (wanted: ReadonlyMap<string, string>, found: ReadonlySet<string>): string[] =>
    [...wanted].filter(([id]) => !found.has(id)).map(([, name]) => name);
  return {
    orphans: {
      containers: engine.containers.filter(({ id }) => !anyContainer.has(id)),
      networks: engine.networks.filter(({ id }) => !anyNetwork.has(id)),
    },
    sick: engine.containers.filter((container) => anyContainer.has(container.id) && isSick(container)),
    gone: [
      ...missing(known(DOCKER.container), present.containers),
      ...missing(known(DOCKER.network), present.networks),
      ...missing(known(DOCKER.volume), present.volumes),
    ],
  };
}

/** A server that does not run or is unhealthy; a job that ended badly. One that is still starting is given its time. */
function isSick(container: EngineContainer): boolean {
  if (container.job !== undefined) return container.state === "exited" && container.exitCode !== 0;
  // A container that only carries files is never started.
  if (container.service === undefined) return false;
  return container.state !== "running" || container.health === "unhealthy";
}

function nameOf(inputs: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const name = inputs?.["name"];
  return typeof name === "string" ? name : undefined;
}
