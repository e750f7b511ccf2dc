/** Programs of a few objects, run by the real CLI with this project's kubernetes provider against a real API server. */
import { join } from "node:path";
import { ensureLauncher } from "../../toolchain/providers/build";
import { Workspace } from "../providers/base-engine";

/** The provider's version under test: one that no official plugin has. */
const VERSION = "1.2.3";

/** One object of a program: what `new CustomResource(token, name, args, opts)` gets. */
export interface Wish {
  readonly token: string;
  readonly name: string;
  readonly args: object;
  /** Resource options; `after` names resources to depend on. */
  readonly opts?: { readonly after?: readonly string[]; readonly [option: string]: unknown };
}

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
const { config, resources } = JSON.parse(readFileSync("wish.json", "utf8"));
const provider = new pulumi.ProviderResource("kubernetes", "cluster", config, { version: "${VERSION}" });
const made: Record<string, pulumi.Resource> = {};
for (const { token, name, args, opts } of resources) {
  const { after = [], ...rest } = opts ?? {};
  const dependsOn = after.map((each: string) => made[each]);
  const inputs = token.endsWith(":Secret") ? { ...args, stringData: pulumi.secret(args.stringData) } : args;
  made[name] = new pulumi.CustomResource("kubernetes:" + token, name, inputs, { ...rest, dependsOn, provider });
}
`;

/** A workspace with the provider in it. */
export class ObjectsWorkspace extends Workspace {
  private config: object = {};

  /** Writes the project; `program` instead of the list of wishes. */
  async begin(kubeconfig: string, program = PROGRAM): Promise<void> {
    this.config = { kubeconfig, clusterIdentifier: "test" };
    await this.open(program);
    const folder = join(this.home, "plugins", `resource-kubernetes-v${VERSION}`);
    const entry = join(__dirname, "..", "..", "toolchain", "providers", "kubernetes", "main.ts");
    const path = join(folder, "pulumi-resource-kubernetes");
    await ensureLauncher({ entry, folder, path, constants: { PROVIDER_VERSION: VERSION } });
  }

  /** What the program makes from now on. */
  wish(...resources: readonly Wish[]): void {
    this.write("wish.json", JSON.stringify({ config: this.config, resources }));
  }

  /** `up` without a preview before it. */
  up(...more: string[]): Promise<string> {
    return this.pulumi("up", "--yes", "--skip-preview", ...more);
  }

  /** An `up` that is expected to fail: its output. */
  async refused(...command: string[]): Promise<string> {
    const { code, output } = await this.attempt(
      ...(command.length > 0 ? command : ["up", "--yes", "--skip-preview"]),
    );
    if (code === 0) throw new Error(`should have failed:\n${output}`);
    return output;
  }
}

/** A container that Pod Security `restricted` lets in. */
export const CONTAINER = {
  name: "main",
  image: "registry.test/main:1",
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 1000,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  },
  resources: { requests: { cpu: "0.1", memory: "64Mi" }, limits: { cpu: "1000m", memory: "128Mi" } },
};

/** A Deployment of one such container. */
export function deployment(name: string, namespace: string, pod: object = {}, opts: Wish["opts"] = {}): Wish {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [CONTAINER], ...pod } };
  return {
    token: "apps/v1:Deployment",
    name,
    args: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    },
    opts,
  };
}

/** A namespace at Pod Security `restricted`. */
export function restricted(name: string): Wish {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  return { token: "core/v1:Namespace", name, args: { ...ofCore("Namespace"), metadata: { name, labels } } };
}

/** A ConfigMap. */
export function configMap(name: string, args: object, opts: Wish["opts"] = {}): Wish {
  return { token: "core/v1:ConfigMap", name, args: { ...ofCore("ConfigMap"), ...args }, opts };
}

/** An object of the core API. */
export function core(kind: string, name: string, args: object, opts: Wish["opts"] = {}): Wish {
  return { token: `core/v1:${kind}`, name, args: { ...ofCore(kind), ...args }, opts };
}

function ofCore(kind: string) {
  return { apiVersion: "v1", kind };
}
