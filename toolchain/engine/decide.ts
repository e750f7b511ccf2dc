import type { EngineHost } from "./host";

/** What a look at the machine shows when no engine answers. */
export interface MachineFacts {
  readonly host: EngineHost;
  /** ID and ID_LIKE of /etc/os-release. */
  readonly distribution: readonly string[];
  readonly hasAptGet: boolean;
  readonly isRoot: boolean;
  /** Process number of a dockerd that is alive. */
  readonly daemonPid: number | undefined;
  readonly hasDaemonBinary: boolean;
  /** The socket is there, and this user may not open it. */
  readonly socketRefused: boolean;
}

/** The next step towards an engine. */
export type Decision =
  /** A daemon is alive and does not answer yet: never start a second one beside it. */
  | { readonly do: "wait"; readonly pid: number }
  | { readonly do: "install" }
  | { readonly do: "start" }
  | { readonly do: "give up"; readonly because: string; readonly fix: string };

/** Decides what to do on a machine whose engine does not answer. Pure: it looks at nothing but the facts. */
export function decide(facts: MachineFacts): Decision {
  const { host } = facts;
  if (host.from !== "default") {
    const because = `no Docker engine answers at ${host.url}, which ${host.from} names`;
    const fix =
      host.from === "DOCKER_HOST"
        ? "start that engine, or unset DOCKER_HOST"
        : "start that engine, or: docker context use default";
    return { do: "give up", because, fix };
  }
  if (facts.socketRefused) {
    return {
      do: "give up",
      because: "a Docker engine is there, and this user may not talk to it",
      fix: 'sudo usermod -aG docker "$USER", then log in again',
    };
  }
  if (facts.daemonPid !== undefined) return { do: "wait", pid: facts.daemonPid };
  const debianLike = facts.hasAptGet && facts.distribution.some((id) => id === "debian" || id === "ubuntu");
  if (facts.hasDaemonBinary) {
    if (facts.isRoot) return { do: "start" };
    return {
      do: "give up",
      because: "Docker is installed and not running",
      fix: "sudo systemctl start docker",
    };
  }
  if (!debianLike) {
    return {
      do: "give up",
      because: "no Docker engine was found, and it can be installed for you on Debian and its relatives only",
      fix: "install Docker (https://docs.docker.com/engine/install/), start it, and run the command again",
    };
  }
  if (facts.isRoot) return { do: "install" };
  return {
    do: "give up",
    because: "no Docker engine was found, and installing it needs root",
    fix: 'sudo apt-get install docker.io && sudo usermod -aG docker "$USER", then log in again',
  };
}
