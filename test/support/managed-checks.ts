import assert from "node:assert/strict";
import { AMAZON_ROOT, rdsAuthority } from "../../components/platforms/aws/trust";
import { boughtServers } from "../../components/topology";
import { type Bought, type ManagedProgram, textGiven } from "./managed-program";
import { allowedPairs, allows, type Party } from "./network-evaluator";
import { renderedCluster, renderedPods } from "./network-rendered";

/** Where things are in AWS: the second of the subnets for data, S3, the agent that gives out roles, the instance's own data. */
export const PLACES = {
  data: { name: "data", ip: "10.64.235.7" },
  s3: { name: "s3", ip: "52.216.10.10" },
  agent: { name: "agent", ip: "169.254.170.23" },
  instance: { name: "instance", ip: "169.254.169.254" },
  node: { name: "node", ip: "10.64.1.7" },
} as const satisfies Record<string, Party>;

/** The pod that renders a workload, as one text. */
export const podOf = ({ manifests }: ManagedProgram, workload: string): string =>
  JSON.stringify(
    manifests.find(
      ({ kind, name }) => name === workload && ["Deployment", "StatefulSet", "Job"].includes(kind),
    )?.object ?? assert.fail(workload),
  );

/** Members that reach a place on a port. */
export function reaching(program: ManagedProgram, to: Party, port: number): string[] {
  const cluster = renderedCluster(program.manifests);
  const reach = renderedPods(program.manifests).filter((from) =>
    allows(cluster, from, to, { port, protocol: "TCP" }),
  );
  return [...new Set(reach.map(({ member }) => member))].sort();
}

/** Members from which an arrow leads to this one. */
export const clientsOf = ({ arrows }: ManagedProgram, server: string): string[] =>
  [...new Set(arrows.filter(({ to }) => to === server).map(({ from }) => from))].sort();

/** What holds whatever is bought. */
export function assertSound(program: ManagedProgram, managed: Bought): void {
  const pods = renderedPods(program.manifests);
  const bought = boughtServers(managed);
  assert.deepEqual(
    [...new Set(pods.map(({ member }) => member))].sort(),
    [...program.present].sort(),
    "a pod per member",
  );
  assert.deepEqual(program.unused, [], "arrows that nothing uses");
  const memberOf = new Map(pods.map(({ name, member }) => [name, member]));
  const numbers = [...new Set(pods.flatMap(({ ports }) => ports.map(({ containerPort }) => containerPort)))];
  const found = [...allowedPairs(renderedCluster(program.manifests), pods, numbers)].map((pair) => {
    const [, from = "", to = "", port = ""] = /^(.+) -> (.+):(\d+)$/.exec(pair) ?? [];
    return `${memberOf.get(from) ?? ""} -> ${memberOf.get(to) ?? ""}:${port}`;
  });
  const drawn = program.arrows
    .filter(({ to }) => !bought.has(to))
    .map(({ from, to, port }) => {
      const number = pods
        .find(({ member }) => member === to)
        ?.ports.find(({ name }) => name === port)?.containerPort;
      return `${from} -> ${to}:${number ?? ""}`;
    });
  assert.deepEqual([...new Set(found)].sort(), [...new Set(drawn)].sort());
}

/** The authorities by which a workload verifies its servers. */
export function verifiedBy(program: ManagedProgram, workload: string) {
  const rds = rdsAuthority("us-east-1").trim();
  const [amazon = ""] = AMAZON_ROOT.trim().split("\n\n");
  const bundle = textGiven(program, workload, "tls..ca.crt") ?? assert.fail(workload);
  return {
    rds: bundle.includes(rds),
    amazon: bundle.includes(amazon),
    own: /CANARY|certificate/i.test(bundle.replace(rds, "").replace(AMAZON_ROOT.trim(), "")),
  };
}
