import type { ServerWritableStream } from "@grpc/grpc-js";
import {
  InstallDependenciesResponse,
  RunPluginResponse,
  type InstallDependenciesRequest,
  type RunPluginRequest,
} from "@pulumi/pulumi/proto/language_pb";
import { terminate, type Children } from "./children";
import { optionsEnvironment, programOf, sdkCommand } from "./program";

/** Runs a policy pack or another plugin written for Node.js; its output and exit code are streamed to the engine. */
export async function runPlugin(
  call: ServerWritableStream<RunPluginRequest, RunPluginResponse>,
  children: Children,
): Promise<void> {
  try {
    const request = call.request;
    const program = programOf(request.getInfo());
    const [command, args] =
      request.getKind() === "analyzer"
        ? ["run-policy-pack", [...request.getArgsList(), program.directory]]
        : ["run-plugin", [program.directory, ...request.getArgsList()]];
    const { child, exited } = children.node(
      [...program.options.nodeargs, sdkCommand(program.directory, command), ...args],
      {
        cwd: request.getKind() === "analyzer" ? program.directory : request.getPwd(),
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          ...environmentOf(request.getEnvList()),
          ...optionsEnvironment(program.options),
        },
      },
    );
    // The engine ends a plugin by hanging up.
    call.on("cancelled", () => void terminate(child, exited));
    child.stdout?.on("data", (data: Buffer) => call.write(pluginOutput((r) => r.setStdout(data))));
    child.stderr?.on("data", (data: Buffer) => call.write(pluginOutput((r) => r.setStderr(data))));
    const { code } = await exited;
    call.write(pluginOutput((r) => r.setExitcode(code ?? 1)));
    call.end();
  } catch (error) {
    call.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function pluginOutput(fill: (response: RunPluginResponse) => void): RunPluginResponse {
  const response = new RunPluginResponse();
  fill(response);
  return response;
}

function environmentOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
}

/** `pulumi install`: what npm does with the lock file of the program. */
export async function installDependencies(
  call: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>,
  children: Children,
): Promise<void> {
  try {
    const { directory } = programOf(call.request.getInfo());
    const { child, exited } = children.command("npm", ["install", "--no-audit", "--no-fund"], {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout?.on("data", (data: Buffer) => call.write(installOutput((r) => r.setStdout(data))));
    child.stderr?.on("data", (data: Buffer) => call.write(installOutput((r) => r.setStderr(data))));
    const { code } = await exited;
    if (code !== 0) throw new Error(`npm install in ${directory} exited with code ${code}`);
    call.end();
  } catch (error) {
    call.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function installOutput(fill: (response: InstallDependenciesResponse) => void): InstallDependenciesResponse {
  const response = new InstallDependenciesResponse();
  fill(response);
  return response;
}
