import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publishedImages } from "./published-images";
import { type Ended, project, pulumi, root, type RunOptions, type Running, startProject } from "./stack";
import type { TestCluster } from "./cluster";

/** A stack on the test cluster, with a state of its own. */
export class ClusterStack {
  private constructor(
    readonly name: string,
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async create(name: string, cluster: TestCluster): Promise<ClusterStack> {
    const folder = await mkdtemp(join(tmpdir(), `semblance-${name}-`));
    return new ClusterStack(name, folder, {
      KUBECONFIG: cluster.kubeconfig,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "of a test",
    });
  }

  /** Writes the stack's file anew: the full platform, changed by `settings`. */
  async configure(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const all = {
      target: "kubernetes",
      profile: "full",
      domain: "semblance-cluster.example",
      images: publishedImages,
      ...settings,
    };
    // JSON is valid YAML.
    const config = { config: { "semblance-curation:settings": all } };
    await writeFile(this.file, `${JSON.stringify(config, undefined, 2)}\n`);
  }

  private get file(): string {
    return join(root, `Pulumi.${this.name}.yaml`);
  }

  start(command: string, ...args: readonly string[]): Running {
    return startProject(command, [...args, "--stack", this.name], this.options);
  }

  run(command: string, ...args: readonly string[]): Promise<Ended> {
    return project(command, [...args, "--stack", this.name], this.options);
  }

  pulumi(...args: readonly string[]): Promise<Ended> {
    return pulumi(args, { ...this.options, stack: this.name });
  }

  private get options(): RunOptions {
    return { limitSeconds: 900, env: this.env };
  }

  /** Removes its files; what it has on the cluster goes with the cluster. */
  async discard(): Promise<void> {
    await Promise.all([rm(this.folder, { recursive: true }), rm(this.file, { force: true })]);
  }
}
