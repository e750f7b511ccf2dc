import { constants } from "node:fs";
import { access, readdir, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { MachineFacts } from "./decide";
import type { EngineHost } from "./host";

const SOCKET = "/var/run/docker.sock";
const PID_FILES = ["/var/run/docker.pid", "/run/docker.pid"];

/** Looks at this machine; changes nothing. */
export async function machineFacts(host: EngineHost): Promise<MachineFacts> {
  const [distribution, hasAptGet, hasDaemonBinary, daemonPid, socketRefused] = await Promise.all([
    readFile("/etc/os-release", "utf8").then(distributionOf, () => []),
    onPath("apt-get"),
    onPath("dockerd"),
    daemonProcess(),
    refused(SOCKET),
  ]);
  return {
    host,
    distribution,
    hasAptGet,
    isRoot: process.getuid?.() === 0,
    daemonPid,
    hasDaemonBinary,
    socketRefused,
  };
}

/** ID and ID_LIKE out of the text of os-release. */
export function distributionOf(osRelease: string): string[] {
  return osRelease
    .split("\n")
    .flatMap((line) => /^ID(?:_LIKE)?=["']?([^"']*)["']?$/.exec(line)?.[1]?.split(" ") ?? [])
    .filter((id) => id !== "");
}

/** Whether a program can be started by its name. Administrators' folders count, though a user's PATH may lack them. */
async function onPath(program: string): Promise<boolean> {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin", "/usr/local/sbin"];
  const found = await Promise.all(folders.map((folder) => allowed(join(folder, program), constants.X_OK)));
  return found.some((yes) => yes);
}

/** A dockerd that is alive: by its pid file, or by a look at every process. */
async function daemonProcess(): Promise<number | undefined> {
  const fromFiles = await Promise.all(PID_FILES.map((path) => readFile(path, "utf8").catch(() => "")));
  const everyProcess = await readdir("/proc").catch(() => []);
  for (const entry of [...fromFiles, ...everyProcess]) {
    const pid = Number.parseInt(entry, 10);
    if (Number.isNaN(pid)) continue;
    const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    if (name.trim() === "dockerd") return pid;
  }
  return undefined;
}

async function refused(socket: string): Promise<boolean> {
  return (await allowed(socket, constants.F_OK)) && !(await allowed(socket, constants.W_OK));
}

function allowed(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
