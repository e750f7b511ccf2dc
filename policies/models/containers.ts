import type { Resource } from "../core/resource";
import { at, entries, isMissing, isUnknown, items, text, UNKNOWN, type Value } from "../core/value";
import { type PodContainer, podContainers, type PodLike, podOf } from "./pods";
import { dockerService, dockerTypes } from "./types";

/** A variable of the environment: a value in plain sight, or a reference to a secret or to configuration. */
export interface EnvLike {
  readonly name: string;
  readonly path: string;
  /** The literal value; undefined where it is a reference. */
  readonly value: Value;
  readonly from: "literal" | "secret" | "reference";
}

/** What runs, on Docker and on Kubernetes alike. */
export interface ContainerLike {
  readonly resource: Resource;
  readonly path: string;
  readonly image: Value;
  readonly imagePath: string;
  readonly env: readonly EnvLike[];
  /** Command and arguments, as one list. */
  readonly command: readonly Value[];
  readonly commandPath: string;
  readonly platform: "kubernetes" | "docker" | "swarm";
  /** What lies at `path`: everything that is declared of the container, in its platform's own words. */
  readonly spec: Value;
  /** The pod that it is in; Docker has none. */
  readonly pod: PodLike | undefined;
  /** Among which of a pod's containers it is; `containers` on Docker. */
  readonly role: PodContainer["role"];
  /** Whether it runs until somebody ends it. What prepares a pod, a job and a container that need not run do not. */
  readonly longRunning: boolean;
  /** Whether anything ever runs in it. Docker makes containers that are never started, to carry files into volumes. */
  readonly starts: boolean;
}

/** The containers of a resource of `podTypes` or `dockerTypes`. */
export function containersOf(resource: Resource): readonly ContainerLike[] {
  if (dockerTypes.includes(resource.type)) return [ofDocker(resource)];
  const pod = podOf(resource);
  return podContainers(pod).map((one) => ofPod(pod, one));
}

/** Path of a property of a container. */
export const inside = ({ path }: Pick<ContainerLike, "path">, property: string): string =>
  path === "" ? property : `${path}.${property}`;

/** The members of a list; where the list itself is not known, one that is not. */
export const members = (value: Value): readonly Value[] => (isUnknown(value) ? [UNKNOWN] : items(value));

/** Nothing is switched on: a flag that is absent or says false. */
export const isOff = (value: Value): boolean => isMissing(value) || value === false || value === "false";

function ofPod(pod: PodLike, { path, container, role }: PodContainer): ContainerLike {
  // An init container that restarts by itself runs beside the others.
  const sidecar = role === "initContainers" && at(container, "restartPolicy") === "Always";
  return {
    resource: pod.resource,
    path,
    image: at(container, "image"),
    imagePath: `${path}.image`,
    env: items(at(container, "env")).map((variable, index) => kubernetesEnv(variable, `${path}.env`, index)),
    command: [...items(at(container, "command")), ...items(at(container, "args"))],
    commandPath: `${path}.args`,
    platform: "kubernetes",
    spec: container,
    pod,
    role,
    longRunning: pod.longRunning && (role === "containers" || sidecar),
    starts: true,
  };
}

function kubernetesEnv(variable: Value, path: string, index: number): EnvLike {
  const name = text(at(variable, "name")) ?? String(index);
  const from = at(variable, "valueFrom");
  const known = from !== undefined && from !== null;
  const secret = known && !isUnknown(from) && at(from, "secretKeyRef") !== undefined;
  return {
    name,
    path: `${path}[${name}]`,
    value: known ? undefined : at(variable, "value"),
    from: secret ? "secret" : known ? "reference" : "literal",
  };
}

/** A service of Swarm keeps the same things one level further down. */
function ofDocker(resource: Resource): ContainerLike {
  const swarm = resource.type === dockerService;
  const spec = swarm ? at(resource.props, "taskSpec", "containerSpec") : resource.props;
  const prefix = swarm ? "taskSpec.containerSpec." : "";
  const envs = at(spec, swarm ? "env" : "envs");
  return {
    resource,
    path: swarm ? "taskSpec.containerSpec" : "",
    image: at(spec, "image"),
    imagePath: `${prefix}image`,
    env: swarm
      ? entries(envs).map(([name, value]) => literal(name, value, `${prefix}env.${name}`))
      : items(envs).map(dockerEnv),
    command: ["command", "commands", "entrypoints", "args"].flatMap((key) => items(at(spec, key))),
    commandPath: `${prefix}command`,
    platform: swarm ? "swarm" : "docker",
    spec,
    pod: undefined,
    role: "containers",
    longRunning: swarm
      ? at(resource.props, "taskSpec", "restartPolicy", "condition") !== "none"
      : !endsByItself(spec),
    starts: at(spec, "start") !== false,
  };
}

/** Docker is told that it need not run, and that an end without an error is one. */
function endsByItself(spec: Value): boolean {
  const restart = at(spec, "restart");
  return (
    at(spec, "mustRun") === false && (isMissing(restart) || restart === "no" || restart === "on-failure")
  );
}

const literal = (name: string, value: Value, path: string): EnvLike => ({
  name,
  path,
  value,
  from: "literal",
});

/** Docker writes NAME=value as one text. */
function dockerEnv(variable: Value, index: number): EnvLike {
  if (typeof variable !== "string") return literal(String(index), variable, `envs[${index}]`);
  const end = variable.indexOf("=");
  const name = end === -1 ? variable : variable.slice(0, end);
  return literal(name, end === -1 ? undefined : variable.slice(end + 1), `envs[${name}]`);
}
