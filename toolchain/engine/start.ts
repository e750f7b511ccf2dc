import { spawn } from "node:child_process";
import { open, readFile, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { UserError } from "../errors";

const DAEMON_LOG = "/var/log/dockerd.log";
const PID_FILE = "/var/run/docker.pid";
const SHOWN_LINES = 20;

/** Installs the distribution's engine. As root, on Debian and its relatives. */
export async function installEngine(say: (line: string) => void): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update"], env, say);
  await run(
    "apt-get",
    ["install", "-y", "--no-install-recommends", "docker.io", "iptables", "ca-certificates"],
    env,
    say,
  );
}

/**
 * Starts the installed engine so that it outlives this process: by the service manager where there is one, otherwise as
 * a process of its own whose log is /var/log/dockerd.log.
 */
export async function startDaemon(say: (line: string) => void): Promise<void> {
  const init = await readFile("/proc/1/comm", "utf8").catch(() => "");
  if (init.trim() === "systemd") {
    await run("systemctl", ["enable", "--now", "docker"], process.env, say);
    return;
  }
  // Nobody calls this while a dockerd lives, so a pid file is that of one that was killed; dockerd would take any process that
  // has its number by now for another daemon.
  await rm(PID_FILE, { force: true });
  const log = await open(DAEMON_LOG, "a", 0o640);
  try {
    // `detached` makes it the leader of its own session: neither our end nor a Ctrl-C reaches it.
    const daemon = spawn("dockerd", [], { detached: true, stdio: ["ignore", log.fd, log.fd], cwd: "/" });
    await new Promise<void>((resolve, reject) => {
      daemon.once("spawn", resolve);
      daemon.once("error", reject);
    });
    daemon.unref();
    say(`started dockerd as process ${daemon.pid}, log in ${DAEMON_LOG}`);
  } finally {
    await log.close();
  }
}

/** The end of the log of an engine that was started without a service manager; empty when there is none. */
export async function daemonLogTail(): Promise<string> {
  const text = await readFile(DAEMON_LOG, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-SHOWN_LINES).join("\n");
}

async function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<void> {
  const recent: string[] = [];
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on("line", (line) => {
        recent.push(line);
        if (recent.length > SHOWN_LINES) recent.shift();
        say(line);
      });
    }
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) return;
  const shown = recent.map((line) => `    ${line}`).join("\n");
  throw new UserError(
    `${program} ${args.join(" ")} ended with ${code}:\n${shown}`,
    "mend what it says, then run the command again",
  );
}
