import type { Settings } from "../../components/config/schema";
import { membersOf } from "../../components/topology";
import type { Facts, Finding } from "./facts";

/** First version of Docker's API that has all that the platform uses (Docker 20.10). */
const OLDEST_API = "1.41";

/** What the engine lacks for these settings. */
export function engineFindings(settings: Settings, { engine }: Facts, stack: string): Finding[] {
  if (engine === undefined) return [];
  return [...version(engine), ...gpus(settings, engine, stack), ...folder(settings, engine, stack)];
}

type Engine = NonNullable<Facts["engine"]>;

function version({ apiVersion, version: found }: Engine): Finding[] {
  if (atLeast(apiVersion, OLDEST_API)) return [];
  return [
    {
      severity: "problem",
      what: "Docker Engine",
      found: `version ${found} (API ${apiVersion})`,
      allowed: `API ${OLDEST_API} or newer (Docker 20.10)`,
      fix: "update Docker Engine: https://docs.docker.com/engine/install/",
    },
  ];
}

/** Who asks for a GPU and has an engine without NVIDIA's runtime would get a container that does not start. */
function gpus(settings: Settings, { runtimes }: Engine, stack: string): Finding[] {
  if (runtimes.includes("nvidia")) return [];
  const present = membersOf(settings);
  return (["ollama", "jupyter"] as const)
    .filter((service) => settings[service].gpu === "nvidia" && present.has(service))
    .map((service) => ({
      severity: "problem",
      what: `GPU of ${service} (settings.${service}.gpu)`,
      found: `nvidia, and the engine has the runtimes ${runtimes.join(", ") || "of nobody"}`,
      allowed: "an engine with NVIDIA's container toolkit, or none",
      fix: `pulumi config set --stack ${stack} --path 'settings.${service}.gpu' none; or install the NVIDIA Container Toolkit: sudo nvidia-ctk runtime configure --runtime=docker`,
    }));
}

/** What reads log files has to know where they are. */
function folder(settings: Settings, { folder: found }: Engine, stack: string): Finding[] {
  const { engineFolder } = settings.docker;
  if (found === undefined || found === engineFolder || !membersOf(settings).has("otel-agent")) return [];
  return [
    {
      severity: "problem",
      what: "folder of the engine (settings.docker.engineFolder)",
      found: `${engineFolder}, and the engine says ${found}`,
      allowed: found,
      fix: `pulumi config set --stack ${stack} --path 'settings.docker.engineFolder' ${found}`,
    },
  ];
}

function atLeast(found: string, oldest: string): boolean {
  const [major = 0, minor = 0] = found.split(".").map(Number);
  const [oldMajor = 0, oldMinor = 0] = oldest.split(".").map(Number);
  return major > oldMajor || (major === oldMajor && minor >= oldMinor);
}
