/**
 * A cluster for work by hand: `npx tsx toolchain/cluster/main.ts`. Prints the path of its kubeconfig when it is ready,
 * and runs until it is told to end (Ctrl-C). It has one simulated node, or as many as the first argument says.
 */
import { TerminalProgress, terminalOf } from "../terminal";
import { startCluster } from "./index";

async function main(): Promise<void> {
  const progress = new TerminalProgress(terminalOf(process.stderr));
  process.once("exit", () => progress.stop());
  const cluster = await startCluster(progress);
  const stop = (): void => void cluster.stop().then(() => process.exit(0));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, stop);
  await cluster.addNodes({ name: "node", count: Number(process.argv[2] ?? 1) });
  process.stdout.write(`${cluster.kubeconfig}\n`);
  // The pipes to the components do not keep us alive.
  setInterval(() => undefined, 60_000);
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
