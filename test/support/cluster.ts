import type * as k8s from "@kubernetes/client-node";
import { z } from "zod";
import { startCluster, type Api, type Cluster, type NodeGroup } from "../../toolchain/cluster";
import { TerminalProgress, terminalOf } from "../../toolchain/terminal";
import { until } from "./until";

/** A first build of the control plane compiles Kubernetes; a start takes ten seconds. */
export const CLUSTER_MS = 60 * 60_000;
/** For waits: what takes a second here takes minutes on a machine that does much else. */
const PATIENCE_SECONDS = 120;

let running: Promise<TestCluster> | undefined;

/** The cluster that all spec files of a run share; the first call starts it. Each file makes namespaces of its own. */
export function theCluster(): Promise<TestCluster> {
  const progress = new TerminalProgress(terminalOf(process.stderr));
  running ??= startCluster(progress).then((cluster) => new TestCluster(cluster));
  return running;
}

// Outside of any suite: after all files.
after(async function () {
  this.timeout(60_000);
  await (await running)?.stop();
});

/** Asks until there is an answer. */
export function soon<T>(what: string, ask: () => Promise<T | false | undefined>): Promise<T> {
  return until({ what, limitSeconds: PATIENCE_SECONDS, everySeconds: 0.2 }, ask);
}

/** A running control plane, and what specs do with it. */
export class TestCluster {
  readonly kubeconfig: string;
  readonly server: string;
  readonly admin: Api;

  constructor(private readonly cluster: Cluster) {
    this.kubeconfig = cluster.kubeconfig;
    this.server = cluster.server;
    this.admin = cluster.admin;
  }

  stop(): Promise<void> {
    return this.cluster.stop();
  }

  /** Adds simulated nodes and waits until pods can go to them. */
  async nodes(group: NodeGroup): Promise<void> {
    await this.cluster.addNodes(group);
    await soon(`${group.count} nodes ${group.name} to be ready`, async () => {
      const ready = (await this.nodesOf(group)).filter(
        ({ status, spec }) =>
          status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") &&
          !spec?.taints?.some(({ key }) => key.endsWith("/not-ready")),
      );
      return ready.length === group.count;
    });
  }

  /** Takes the nodes of a group away. */
  async removeNodes(group: Pick<NodeGroup, "name">): Promise<void> {
    const nodes = await this.nodesOf(group);
    await Promise.all(
      nodes.map(({ metadata }) => this.admin.delete(`/api/v1/nodes/${metadata?.name ?? ""}`)),
    );
  }

  private async nodesOf({ name }: Pick<NodeGroup, "name">): Promise<k8s.V1Node[]> {
    const nodes = await this.admin.list<k8s.V1Node>("/api/v1/nodes");
    return nodes.filter(({ metadata }) => metadata?.name?.startsWith(`${name}-`));
  }

  /** Makes a namespace and waits until pods are admitted to it. */
  async namespace(name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.admin.create("/api/v1/namespaces", { metadata: { name, labels } });
    const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
    await soon(`the ServiceAccount of ${name}`, () => this.admin.exists(account));
  }

  /** Takes a namespace away and waits until it is gone, with all that is in it. Before its nodes: they end its pods. */
  async removeNamespace(name: string): Promise<void> {
    const path = `/api/v1/namespaces/${name}`;
    await this.admin.delete(path);
    await soon(`namespace ${name} to be gone`, async () => !(await this.admin.exists(path)));
  }

  /** A user in groups, by a client certificate: what an identity provider or a cloud's access entry says in earnest. */
  async user(name: string, groups: readonly string[] = []): Promise<Api> {
    return (await this.cluster.login(name, groups)).api;
  }

  /** A ServiceAccount that exists, by a token that the server issues. */
  async serviceAccount(namespace: string, name: string): Promise<Api> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const { status } = await this.admin.create<Partial<k8s.AuthenticationV1TokenRequest>>(path, {});
    return this.cluster.withToken(status?.token ?? "");
  }

  /**
   * Has the server judge a manifest, and keeps nothing: schema, defaults, validation, admission. A field that this version
   * of Kubernetes does not know is refused. Its namespace must be there.
   */
  async validate(manifest: k8s.KubernetesObject): Promise<void> {
    const query = "dryRun=All&fieldValidation=Strict&fieldManager=validation&force=true";
    await this.admin.apply(await this.pathOf(manifest), manifest, query);
  }

  private async pathOf({ apiVersion = "", kind = "", metadata }: k8s.KubernetesObject): Promise<string> {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { resources } = resourceList.parse(await this.admin.get(root));
    const found = resources.find((one) => one.kind === kind && !one.name.includes("/"));
    if (found === undefined) throw new Error(`the cluster has no ${apiVersion} ${kind}`);
    const namespace = found.namespaced ? `/namespaces/${metadata?.namespace ?? "default"}` : "";
    return `${root}${namespace}/${found.name}/${metadata?.name ?? ""}`;
  }
}

const resourceList = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

/** What the server says that this client may do: { verb, resource, group?, namespace?, name?, subresource? }. */
export async function allowed(client: Api, wish: k8s.V1ResourceAttributes): Promise<boolean> {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const review: k8s.V1SelfSubjectAccessReview = { spec: { resourceAttributes: wish } };
  const { status } = await client.create(path, review);
  return status?.allowed ?? false;
}
