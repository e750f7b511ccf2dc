/**
 * How the platform scales on Kubernetes, on the real scheduler with simulated nodes: npx tsx test/performance/scale.ts [20,200,2000]
 * Needs the Pulumi CLI and the control plane (npm test -- --tier cluster brings both). Prints Markdown.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as k8s from "@kubernetes/client-node";
import { LABEL } from "../../components/platforms/kubernetes/names";
import { startCluster } from "../../toolchain/cluster";
import { publishedImages } from "../support/published-images";
import { until } from "../support/until";
import { machine, measure, root } from "./measure";

const STACK = "scale";
const SIZES = (process.argv[2] ?? "20,200,2000").split(",").map(Number);
/** Copies of each service that can have several, at their most. */
const COPIES = 10;

const settings = {
  target: "kubernetes",
  profile: "full",
  domain: "semblance-scale.example",
  images: publishedImages,
  kubernetes: { autoscaling: { minReplicas: COPIES, maxReplicas: COPIES } },
};

/** One size: a cluster of its own, a stack from nothing. Answers with a line of the table. */
async function line(count: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "semblance-scale-"));
  const cluster = await startCluster();
  try {
    await cluster.addNodes({ name: "node", count, cpu: 16, memoryGiB: 64, zones: ["a", "b", "c"] });
    const ready = async (): Promise<boolean> =>
      (await cluster.admin.list<k8s.V1Node>("/api/v1/nodes")).filter(({ status }) =>
        status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
      ).length === count;
    await until({ what: `${count} nodes`, limitSeconds: 600 }, ready);
    const env = {
      ...process.env,
      KUBECONFIG: cluster.kubeconfig,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "of a benchmark",
    };
    // Plain Pulumi: the policy packs know neither this registry nor this storage class.
    const pulumi = (what: string): string =>
      `eval "$(npm run -s env -- --stack ${STACK})" && pulumi ${what} --stack ${STACK}`;
    measure(pulumi("stack init"), root, env);
    const preview = measure(pulumi("preview"), root, env);
    const began = performance.now();
    const up = measure(`npm run -s up -- --stack ${STACK}`, root, env);
    const again = measure(pulumi("preview --expect-no-changes"), root, env);
    const selector = `labelSelector=${encodeURIComponent(`${LABEL.instance}=${STACK}`)}`;
    const pods = () => cluster.admin.list<k8s.V1Pod>(`/api/v1/pods?${selector}`);
    const scheduled = await until({ what: "all pods to have a node", limitSeconds: 900 }, async () => {
      const all = await pods();
      return all.length > count && all.every(({ spec }) => spec?.nodeName !== undefined) ? all : undefined;
    });
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    return `| ${count} | ${scheduled.length} | ${preview.wall.toFixed(1)} s (${preview.cpu.toFixed(1)} s) | ${up.wall.toFixed(1)} s (${up.cpu.toFixed(1)} s) | ${again.wall.toFixed(1)} s (${again.cpu.toFixed(1)} s) | ${seconds} s |`;
  } finally {
    await cluster.stop();
    rmSync(folder, { recursive: true });
  }
}

async function main(): Promise<void> {
  const file = join(root, `Pulumi.${STACK}.yaml`);
  console.log(
    `${machine()}\n\n| nodes | pods | preview from nothing (CPU) | up (CPU) | preview, no change (CPU) | begin of up to all scheduled, at most |\n|---|---|---|---|---|---|`,
  );
  try {
    for (const count of SIZES) {
      writeFileSync(file, JSON.stringify({ config: { "semblance-curation:settings": settings } }));
      console.log(await line(count));
    }
  } finally {
    rmSync(file, { force: true });
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
