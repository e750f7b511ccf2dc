import assert from "node:assert/strict";
import { z } from "zod";
import { LABEL } from "../../components/platforms/kubernetes/names";
import { type Arrow, arrows, memberNames } from "../../components/topology";
import type { Manifest } from "./kubernetes-program";
import { allowedPairs, type Cluster, type Party, type PolicyObject } from "./network-evaluator";

const labels = z.record(z.string(), z.string());
const container = z.object({
  ports: z.array(z.object({ name: z.string().optional(), containerPort: z.number() })).default([]),
});
const template = z.object({
  metadata: z.object({ labels }),
  spec: z.object({
    containers: z.array(container),
    initContainers: z.array(container).default([]),
    // A pod on its node's own network is outside of every policy.
    hostNetwork: z.literal(false).optional(),
  }),
});
const workload = z.object({ spec: z.object({ template }) });

const selector = z.strictObject({ matchLabels: labels.optional() });
const peers = z.array(
  z.strictObject({
    podSelector: selector.optional(),
    namespaceSelector: selector.optional(),
    ipBlock: z.strictObject({ cidr: z.string(), except: z.array(z.string()).optional() }).optional(),
  }),
);
const rules = z.array(
  z.strictObject({
    from: peers.optional(),
    to: peers.optional(),
    ports: z
      .array(z.strictObject({ protocol: z.string().optional(), port: z.number().optional() }))
      .optional(),
  }),
);
const policy = z.object({
  spec: z.strictObject({
    podSelector: selector,
    policyTypes: z.array(z.string()).optional(),
    ingress: rules.optional(),
    egress: rules.optional(),
  }),
});

/** A pod as the platform renders it; the pods of a member's jobs are told apart. */
export interface RenderedPod extends Party {
  readonly member: string;
  readonly ports: readonly { readonly name?: string | undefined; readonly containerPort: number }[];
}

const workloads = ["Deployment", "StatefulSet", "DaemonSet", "Job"];

/** A pod of each workload and job. */
export const renderedPods = (manifests: readonly Manifest[]): readonly RenderedPod[] =>
  manifests
    .filter(({ kind }) => workloads.includes(kind))
    .map(({ name, namespace, object }, i) => {
      const { metadata, spec } = workload.parse(object).spec.template;
      const containers = [...spec.initContainers, ...spec.containers];
      return {
        name,
        member: metadata.labels[LABEL.name] ?? assert.fail(name),
        ip: `10.244.1.${i + 1}`,
        namespace: namespace ?? assert.fail(`${name} is in no namespace`),
        labels: metadata.labels,
        ports: containers.flatMap(({ ports }) => ports),
      };
    });

/** A NetworkPolicy, as it is sent or as the API server gives it back. */
export const policyOf = (namespace: string, object: unknown): PolicyObject => ({
  namespace,
  spec: policy.parse(object).spec,
});

/** The cluster with the policies that are sent to it. */
export const renderedCluster = (manifests: readonly Manifest[]): Cluster => ({
  namespaces: Object.fromEntries(
    manifests.filter(({ kind }) => kind === "Namespace").map(({ name, labels }) => [name, labels]),
  ),
  policies: manifests
    .filter(({ kind }) => kind === "NetworkPolicy")
    .map(({ name, namespace, object }) => policyOf(namespace ?? assert.fail(name), object)),
});

/** Fails unless the pairs of pods that get through to each other are the arrows of the whole topology. */
export function assertArrows(cluster: Cluster, pods: readonly RenderedPod[]): void {
  const memberOf = new Map(pods.map(({ name, member }) => [name, member]));
  assert.deepEqual([...new Set(memberOf.values())].sort(), [...memberNames].sort(), "every member has a pod");
  const numbers = [...new Set(pods.flatMap(({ ports }) => ports.map(({ containerPort }) => containerPort)))];
  const portOf = ({ to, port }: Arrow): number =>
    pods.find(({ member }) => member === to)?.ports.find(({ name }) => name === port)?.containerPort ??
    assert.fail(`${to} has no port ${port}`);
  const found = new Set<string>();
  for (const pair of allowedPairs(cluster, pods, numbers)) {
    const [, from = "", to = "", port = ""] = /^(.+) -> (.+):(\d+)$/.exec(pair) ?? [];
    found.add(`${memberOf.get(from) ?? ""} -> ${memberOf.get(to) ?? ""}:${port}`);
  }
  const drawn = new Set(arrows.map((arrow) => `${arrow.from} -> ${arrow.to}:${portOf(arrow)}`));
  assert.deepEqual([...found].sort(), [...drawn].sort());
}
