import type {
  V1DaemonSet,
  V1Deployment,
  V1ObjectMeta,
  V1Pod,
  V1PodTemplateSpec,
  V1StatefulSet,
} from "@kubernetes/client-node";
import { LABEL } from "../../../components/platforms/kubernetes/names";
import { clusterOf } from "../../preflight/cluster";
import { Http } from "../../providers/kubernetes/api/http";
import type { ServiceRow } from "./rows";

/** What all kinds of controllers have in common, with their count of pods that are ready and that are wanted. */
interface Controller {
  readonly metadata?: V1ObjectMeta;
  readonly template: V1PodTemplateSpec | undefined;
  readonly ready: number;
  readonly wanted: number;
}

/** State of every service of a stack on a cluster, as its controllers and pods tell. */
export async function clusterRows(
  stack: string,
  context: string | undefined,
  urls: Readonly<Record<string, string>>,
): Promise<ServiceRow[]> {
  const cluster = new Http(clusterOf(context));
  const query = { labelSelector: `${LABEL.instance}=${stack}` };
  const list = async <T>(path: string): Promise<readonly T[]> =>
    (JSON.parse(JSON.stringify((await cluster.ask({ method: "GET", path, query })).body)) as { items: T[] })
      .items;
  const [deployments, sets, daemons, pods] = await Promise.all([
    list<V1Deployment>("/apis/apps/v1/deployments"),
    list<V1StatefulSet>("/apis/apps/v1/statefulsets"),
    list<V1DaemonSet>("/apis/apps/v1/daemonsets"),
    list<V1Pod>("/api/v1/pods"),
  ]);
  const controllers: Controller[] = [
    ...[...deployments, ...sets].map(({ metadata, spec, status }) => ({
      ...(metadata === undefined ? {} : { metadata }),
      template: spec?.template,
      ready: status?.readyReplicas ?? 0,
      wanted: spec?.replicas ?? 1,
    })),
    ...daemons.map(({ metadata, spec, status }) => ({
      ...(metadata === undefined ? {} : { metadata }),
      template: spec?.template,
      ready: status?.numberReady ?? 0,
      wanted: status?.desiredNumberScheduled ?? 0,
    })),
  ];
  return controllers
    .map((controller) => rowOf(controller, pods, urls))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function rowOf(
  { metadata, template, ready, wanted }: Controller,
  pods: readonly V1Pod[],
  urls: Readonly<Record<string, string>>,
): ServiceRow {
  const name = metadata?.labels?.[LABEL.name] ?? metadata?.name ?? "?";
  const own = pods.filter(({ metadata: pod }) => pod?.labels?.[LABEL.component] === name);
  const reason =
    ready >= wanted ? undefined : (own.flatMap(complaint)[0] ?? `${ready} of ${wanted} pods are ready`);
  const url = urls[name];
  const created = metadata?.creationTimestamp;
  return {
    name,
    ready: reason === undefined,
    ...(reason === undefined ? {} : { reason }),
    ...(url === undefined ? {} : { url }),
    image: template?.spec?.containers[0]?.image?.split("@")[0] ?? "",
    ...(created === undefined ? {} : { startedAt: new Date(created).getTime() / 1000 }),
  };
}

/** What keeps a pod from being ready, in the cluster's own words; nothing where it has none. */
function complaint({ status }: V1Pod): string[] {
  const unscheduled = status?.conditions?.find(
    ({ type, status: state }) => type === "PodScheduled" && state === "False",
  );
  const waiting = status?.containerStatuses?.flatMap(({ state }) => state?.waiting ?? [])[0];
  return [unscheduled?.message, [waiting?.reason, waiting?.message].filter(Boolean).join(": ")].flatMap(
    (text) => (text === undefined || text === "" ? [] : [text]),
  );
}
