import { DaemonSet } from "@pulumi/kubernetes/apps/v1/daemonSet";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import type { core } from "@pulumi/kubernetes/types/input";
import * as pulumi from "@pulumi/pulumi";
import type { GpuPool } from "../../../config/aws-nodes";
import type { GpuSharing } from "../../../config/gpu";
import { devicePluginConfig } from "../../kubernetes/gpu-sharing";
import { GPU_LABEL, GPU_RESOURCE, POOL_LABEL } from "../pools";
import { isBottlerocket } from "../user-data";
import { answersMonitoring, fence, type Rules, speaksToNobody } from "./fence";
import { httpProbe, labelsOf, NAMESPACE, resources, unprivileged } from "./pod";
import { serviceAccount } from "./rbac";

/** Args of `GpuTools`. */
export interface GpuToolsArgs {
  readonly pools: readonly GpuPool[];
  /** How workloads share GPUs. */
  readonly sharing: GpuSharing;
  readonly images: { readonly devicePlugin: string; readonly dcgmExporter: string };
}

/** Port of the figures about GPUs, for Prometheus. */
const DCGM_PORT = 9400;

/** Reads a file system of the node; each is named, and none is the root. */
const hostPath = (name: string, path: string) => ({ name, hostPath: { path } });

/** Where a daemon runs, whom it may speak to, and what must be there before it. */
interface DaemonPlace {
  readonly nodeSelector: Record<string, string>;
  readonly network: Rules;
  readonly after?: readonly pulumi.Resource[];
}

/** Goes where the GPUs are, and stays there when the node is asked to take nobody else. */
const ON_GPU_NODES = [{ key: GPU_RESOURCE, operator: "Exists", effect: "NoSchedule" }];

/**
 * What GPU nodes run for the cluster: figures of every GPU, and the device plugin on nodes whose image has none. A pool on
 * AL2023 gets a device plugin of its own: Bottlerocket's nodes must not have two.
 */
export class GpuTools extends pulumi.ComponentResource {
  constructor(
    private readonly name: string,
    private readonly args: GpuToolsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:aws:GpuTools", name, {}, opts);
    for (const pool of args.pools) if (!isBottlerocket(pool.ami)) this.devicePlugin(pool);
    this.exporter();
    this.registerOutputs({});
  }

  private devicePlugin(pool: GpuPool): void {
    const tool = `nvidia-device-plugin-${pool.name}`;
    const config = new ConfigMap(
      `${this.name}-plugin-${pool.name}-config`,
      {
        metadata: { name: tool, namespace: NAMESPACE, labels: labelsOf(tool) },
        data: { "config.yaml": devicePluginConfig(this.args.sharing).text },
        immutable: true,
      },
      { parent: this, deleteBeforeReplace: true },
    );
    const placed = { nodeSelector: { [POOL_LABEL]: pool.name }, network: speaksToNobody, after: [config] };
    this.daemon(`plugin-${pool.name}`, tool, placed, {
      priorityClassName: "system-node-critical",
      containers: [
        {
          name: "device-plugin",
          image: this.args.images.devicePlugin,
          env: [
            { name: "CONFIG_FILE", value: "/config/config.yaml" },
            { name: "NVIDIA_VISIBLE_DEVICES", value: "all" },
            { name: "FAIL_ON_INIT_ERROR", value: "true" },
          ],
          resources: resources("50m", "128Mi"),
          securityContext: { ...unprivileged, capabilities: { drop: ["ALL"] } },
          volumeMounts: [
            { name: "plugins", mountPath: "/var/lib/kubelet/device-plugins" },
            { name: "config", mountPath: "/config", readOnly: true },
          ],
        },
      ],
      volumes: [
        hostPath("plugins", "/var/lib/kubelet/device-plugins"),
        { name: "config", configMap: { name: tool } },
      ],
    });
  }

  private exporter(): void {
    const network = answersMonitoring(DCGM_PORT);
    this.daemon(
      "dcgm-exporter",
      "dcgm-exporter",
      { nodeSelector: { [GPU_LABEL]: "true" }, network },
      {
        priorityClassName: "system-node-critical",
        containers: [
          {
            name: "dcgm-exporter",
            image: this.args.images.dcgmExporter,
            env: [
              { name: "DCGM_EXPORTER_LISTEN", value: `:${DCGM_PORT}` },
              { name: "DCGM_EXPORTER_KUBERNETES", value: "true" },
            ],
            ports: [{ name: "metrics", containerPort: DCGM_PORT }],
            readinessProbe: httpProbe("/health", DCGM_PORT, 45),
            livenessProbe: httpProbe("/health", DCGM_PORT, 90),
            resources: resources("50m", "512Mi"),
            securityContext: { ...unprivileged, capabilities: { drop: ["ALL"] } },
            volumeMounts: [
              // How a container asks NVIDIA's runtime for every GPU without being privileged.
              { name: "all-gpus", mountPath: "/var/run/nvidia-container-devices/all" },
              { name: "pods", mountPath: "/var/lib/kubelet/pod-resources", readOnly: true },
              { name: "scratch", mountPath: "/tmp" },
            ],
          },
        ],
        volumes: [
          hostPath("all-gpus", "/dev/null"),
          hostPath("pods", "/var/lib/kubelet/pod-resources"),
          { name: "scratch", emptyDir: { sizeLimit: "64Mi" } },
        ],
      },
    );
  }

  private daemon(
    child: string,
    tool: string,
    { nodeSelector, network, after = [] }: DaemonPlace,
    spec: core.v1.PodSpec,
  ): void {
    const labels = labelsOf(tool);
    const name = `${this.name}-${child}`;
    const before = [serviceAccount(name, tool, this), fence(name, tool, network, this), ...after];
    new DaemonSet(
      name,
      {
        // On a pool of zero nodes there is nothing to wait for, and on a new one the first image takes its time.
        metadata: {
          name: tool,
          namespace: NAMESPACE,
          labels,
          annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
          selector: { matchLabels: labels },
          updateStrategy: { type: "RollingUpdate" },
          template: {
            metadata: { labels },
            spec: {
              ...spec,
              // It has no right, and no token: the account is there so that nothing given to another one is its too.
              serviceAccountName: tool,
              automountServiceAccountToken: false,
              nodeSelector,
              tolerations: ON_GPU_NODES,
              securityContext: { seccompProfile: { type: "RuntimeDefault" } },
            },
          },
        },
      },
      { parent: this, dependsOn: before },
    );
  }
}
