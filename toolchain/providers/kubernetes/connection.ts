import { Cluster } from "./api/cluster";
import { Http } from "./api/http";
import { type Access, accessOf } from "./api/kubeconfig";
import { isNamespaced } from "./kinds";
import type { Kind } from "./manifest";
import type { Settings } from "./settings";

const LOOK_MS = 5000;

/** The configured cluster, dialled when it is first needed. */
export class Connection {
  private readonly access: Access | undefined;
  /** Why there is none, although it is known which one is meant. */
  private readonly problem: unknown;
  private opened: Cluster | undefined;

  constructor(readonly settings: Settings) {
    try {
      this.access = settings.choice && accessOf(settings.choice);
    } catch (error) {
      // No reason to stop a preview.
      this.problem = error;
    }
  }

  /** The cluster; throws where it is not known which one, or where the kubeconfig is no good. */
  cluster(): Cluster {
    if (this.problem !== undefined) throw this.problem;
    const cluster = this.known();
    if (cluster === undefined) throw new Error("the kubeconfig of the kubernetes provider is not known yet");
    return cluster;
  }

  /** The cluster, or undefined where a preview has to do without. */
  known(): Cluster | undefined {
    if (this.access !== undefined) this.opened ??= new Cluster(new Http(this.access));
    return this.opened;
  }

  /** Where objects go that name no namespace. */
  get defaultNamespace(): string {
    return this.settings.namespace ?? this.access?.namespace ?? "default";
  }

  /** Whether a kind has namespaces: asked of the cluster for custom kinds; assumed where nobody can tell yet. */
  async isNamespaced(kind: Kind): Promise<boolean> {
    const own = isNamespaced(kind);
    if (own !== undefined) return own;
    try {
      return (await this.known()?.isNamespaced(kind, AbortSignal.timeout(LOOK_MS))) ?? true;
    } catch {
      return true;
    }
  }
}
