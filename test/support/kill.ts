import { docker, readAll, serverOf } from "./engine";

/**
 * SIGKILL for processes of the engine's machine, from a helper that may do that and nothing else: `docker kill` would count
 * as a wish to stop, after which the restart policy does nothing, and this process may belong to another user or machine.
 */
export async function killOnEngine(pids: readonly number[]): Promise<void> {
  const { Image } = await serverOf("postgres");
  const helper = await docker.createContainer({
    Image,
    Entrypoint: ["perl", "-e", "exit(kill('KILL', @ARGV) != @ARGV)", ...pids.map(String)],
    User: "0:0",
    HostConfig: { PidMode: "host", NetworkMode: "none", CapDrop: ["ALL"], CapAdd: ["KILL"] },
  });
  try {
    await helper.start();
    const { StatusCode } = await helper.wait();
    if (StatusCode !== 0) {
      const said = await helper.logs({ stdout: true, stderr: true, follow: true });
      throw new Error(`kill ${pids.join(" ")} failed: ${(await readAll(said)).toString("utf8")}`);
    }
  } finally {
    await helper.remove({ force: true });
  }
}
