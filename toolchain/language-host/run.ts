import { RunResponse, type RunRequest } from "@pulumi/pulumi/proto/language_pb";
import type { Children, Exit } from "./children";
import { optionsEnvironment, programOf, sdkCommand } from "./program";

/** The SDK's exit code for "failed, and the person has been told why". */
const ALREADY_REPORTED = 32;

/** Runs the program against the engine's monitor and says how it ended. */
export async function runProgram(
  request: RunRequest,
  engineAddress: string,
  children: Children,
): Promise<RunResponse> {
  const program = programOf(request.getInfo());
  const flags: Record<string, string> = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": program.rootDirectory,
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
  };
  const { exited } = children.node(
    [
      ...program.options.nodeargs,
      sdkCommand(program.directory, "run"),
      ...Object.entries(flags).flatMap(([flag, value]) => (value === "" ? [] : [`--${flag}`, value])),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      program.entryPoint,
      ...request.getArgsList(),
    ],
    {
      cwd: program.directory,
      // What the program prints goes where ours goes: the engine shows it.
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...optionsEnvironment(program.options), ...configEnvironment(request) },
    },
  );
  return responseOf(await exited);
}

/** Configuration travels in the environment, secrets too: arguments can be read by every user of the machine. */
function configEnvironment(request: RunRequest): Record<string, string> {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}

function responseOf({ code, signal }: Exit): RunResponse {
  const response = new RunResponse();
  if (code === ALREADY_REPORTED) response.setBail(true);
  else if (signal !== null) response.setError(`the program was ended by ${signal}`);
  else if (code !== 0) response.setError(`the program exited with code ${code}`);
  return response;
}
