import { setTimeout as delay } from "node:timers/promises";
import Docker from "dockerode";
import { UserError } from "../errors";
import type { Progress } from "../progress";
import { decide } from "./decide";
import { machineFacts } from "./facts";
import { engineHost, type EngineHost } from "./host";
import { daemonLogTail, installEngine, startDaemon } from "./start";

/** A Docker engine that answers. */
export interface Engine {
  readonly docker: Docker;
  readonly host: EngineHost;
  readonly version: string;
  readonly apiVersion: string;
}

const PING_MS = 2_000;
const POLL_MS = 300;
/** A daemon that is alive and silent gets this long; so does one that was just started. */
const WAIT_MS = 20_000;
const OLDEST_API = "1.41";

/** The engine that the environment names, when it answers within 2 s. Changes nothing. */
export async function findEngine(): Promise<Engine | undefined> {
  const host = await engineHost();
  const docker = connect(host);
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PING_MS);
  });
  try {
    const answer = docker.version().then(
      (found): Engine => ({ docker, host, version: found.Version, apiVersion: found.ApiVersion }),
      () => undefined,
    );
    return await Promise.race([answer, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The engine that answers; otherwise the distribution's, installed and started where that is possible.
 * @throws UserError with the command to run where it is not
 */
export async function ensureEngine(progress: Progress): Promise<Engine> {
  return supported((await findEngine()) ?? (await bringUp(progress)));
}

async function bringUp(progress: Progress): Promise<Engine> {
  const decision = decide(await machineFacts(await engineHost()));
  switch (decision.do) {
    case "give up":
      throw new UserError(decision.because, decision.fix);
    case "wait":
      return progress.step(`Docker engine: process ${decision.pid} is there, waiting for its answer`, () =>
        answerOf(
          `dockerd (process ${decision.pid}) is alive and has not answered for ${WAIT_MS / 1000} s`,
          `see its log; end it when it hangs (kill ${decision.pid}), then run the command again`,
        ),
      );
    case "install":
      await progress.step("Docker engine: installing the distribution's", installEngine);
      // The package starts it where there is a service manager.
      return (await findEngine()) ?? start(progress);
    case "start":
      return start(progress);
  }
}

function start(progress: Progress): Promise<Engine> {
  return progress.step("Docker engine: starting it", async (say) => {
    const { daemonPid } = await machineFacts(await engineHost());
    if (daemonPid === undefined) await startDaemon(say);
    try {
      return await answerOf(
        "the Docker engine was started and does not answer",
        "see its log: journalctl -u docker",
      );
    } catch (error) {
      const tail = await daemonLogTail();
      if (tail === "") throw error;
      throw new UserError(
        `the Docker engine was started and does not answer; the end of its log:\n${tail}`,
        "mend what the log says, then run the command again",
      );
    }
  });
}

async function answerOf(problem: string, fix: string): Promise<Engine> {
  const started = Date.now();
  while (Date.now() - started < WAIT_MS) {
    const engine = await findEngine();
    if (engine !== undefined) return engine;
    await delay(POLL_MS);
  }
  throw new UserError(problem, fix);
}

function supported(engine: Engine): Engine {
  const number = (version: string): number => Number(version.split(".")[1] ?? 0);
  if (number(engine.apiVersion) >= number(OLDEST_API)) return engine;
  throw new UserError(
    `Docker engine ${engine.version} speaks API ${engine.apiVersion}; needed: ${OLDEST_API} (Docker 20.10) or newer`,
    "upgrade Docker, then run the command again",
  );
}

/** dockerode reads DOCKER_HOST itself; a context is put where it looks. */
function connect(host: EngineHost): Docker {
  if (host.url === undefined || host.from === "DOCKER_HOST") return new Docker();
  const url = new URL(host.url);
  if (url.protocol === "unix:") return new Docker({ socketPath: url.pathname });
  if (url.protocol === "ssh:") {
    return new Docker({ protocol: "ssh", host: url.hostname, port: url.port || 22, username: url.username });
  }
  return new Docker({ host: url.hostname, port: url.port });
}
