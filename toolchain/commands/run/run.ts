import type Docker from "dockerode";
import { UserError } from "../../errors";
import type { Progress } from "../../progress";
import { inventoryOf } from "../healing/inventory";
import type { OpenStack } from "../stack/open";
import { type ClusterObject, type Failure, RunReport } from "./report";

/** Longest part of a message that is shown; the rest is in `pulumi up` by hand. */
const MESSAGE_LINES = 20;

/**
 * Runs `pulumi up` or `pulumi destroy` without a question and tells what it does, a line per container.
 * @param context of the kubeconfig, where it is not the current one
 * @throws UserError that names what failed, why, and where to look.
 */
export async function runPulumi(
  stack: OpenStack,
  title: string,
  args: readonly string[],
  docker: Docker | undefined,
  progress: Progress,
  context?: string,
): Promise<string> {
  return progress.step(title, async (say) => {
    say("loading the program");
    const report = new RunReport(say, (line) => progress.note(line));
    const all = [...args, "--yes", "--skip-preview", "--json"];
    const ended = await stack.cli.follow(all, (line) => report.line(line));
    if (ended.code === 0) return report.summary();
    if (ended.interrupted) {
      throw new UserError(
        `interrupted; what was under way has been written down (${report.summary()})`,
        "run the command again to go on",
      );
    }
    const failures = report.failures();
    if (failures.length === 0) throw stack.cli.explain(args, ended.stderr);
    const told = await Promise.all(failures.map((failure) => tell(failure, stack.name, docker, context)));
    if (docker !== undefined && !(await answers(docker)))
      told.push("  - the Docker Engine does not answer any more");
    const count = failures.length === 1 ? "1 failure" : `${failures.length} failures`;
    throw new UserError(
      `${title}: ${count} (${report.summary()})\n${told.join("\n")}`,
      "mend the cause, then run the command again: it goes on from here",
    );
  });
}

const answers = (docker: Docker): Promise<boolean> =>
  docker.ping().then(
    () => true,
    () => false,
  );

async function tell(
  failure: Failure,
  stack: string,
  docker: Docker | undefined,
  context: string | undefined,
): Promise<string> {
  const lines = failure.message.split("\n");
  const shown = lines.slice(0, MESSAGE_LINES);
  if (lines.length > shown.length) shown.push(`(${lines.length - shown.length} more lines)`);
  const condition =
    failure.container === undefined ? [] : await conditionOf(failure.container, stack, docker);
  const look =
    failure.container === undefined ? [] : [`its log: npm run logs -- ${failure.container} --stack ${stack}`];
  const ask = failure.object === undefined ? [] : questions(failure.object, context);
  const [first = "", ...rest] = [...shown, ...condition, ...look, ...ask];
  return [`  - ${failure.what}: ${first}`, ...rest.map((line) => `      ${line}`)].join("\n");
}

/** Commands that show what a cluster knows of an object that failed. */
export function questions({ kind, namespace, name }: ClusterObject, context?: string): string[] {
  const kubectl = ["kubectl", ...(context === undefined ? [] : ["--context", context])].join(" ");
  const scope = `--namespace ${namespace}`;
  // A job's pods are one per attempt.
  const log =
    kind === "job"
      ? `${kubectl} logs ${scope} --selector batch.kubernetes.io/job-name=${name} --tail=-1`
      : `${kubectl} logs ${scope} ${kind}/${name}`;
  return [`what the cluster says: ${kubectl} describe ${scope} ${kind}/${name}`, `its log: ${log}`];
}

/** What the engine knows of a container that failed. Its log is not shown: programs write secrets into logs. */
async function conditionOf(name: string, stack: string, docker: Docker | undefined): Promise<string[]> {
  if (docker === undefined) return [];
  try {
    const container = (await inventoryOf(docker, stack)).containers.find(
      ({ service, job }) => (service ?? job) === name,
    );
    if (container === undefined) return [];
    const { State: state } = await docker.getContainer(container.id).inspect();
    const probe = state.Health?.Log?.at(-1)?.Output.trim().split("\n").at(-1);
    const condition = [`its container is ${state.Status}`];
    if (state.OOMKilled)
      condition.push("was killed for want of memory (settings.memoryMiB raises the limit)");
    if (state.Status === "exited") condition.push(`ended with code ${state.ExitCode}`);
    return [condition.join(", "), ...(probe ? [`last health check: ${probe.slice(0, 300)}`] : [])];
  } catch {
    // The engine has gone: then the message of the provider says so, and this adds nothing.
    return [];
  }
}
