import { images } from "../../../components/images";
import type { Line } from "./lines";

const LIMIT_MS = 3_000;

/** A server that `up` may need. */
interface Server {
  readonly what: string;
  readonly url: string;
  /** What `up` does without it. Absent: `up` cannot do without. */
  readonly without?: string;
}

/** What has to be got from the network. */
export interface Needs {
  readonly cli: boolean;
  readonly images: boolean;
}

/** The servers from which `up` gets what is missing on this machine. */
export function servers(needs: Needs, env: NodeJS.ProcessEnv): Server[] {
  const goProxy = (env["GOPROXY"] ?? "").split(/[,|]/).find((entry) => entry.startsWith("http"));
  const registries = new Set(Object.values(images).flatMap(({ published }) => published?.registry ?? []));
  const npm = env["npm_config_registry"] ?? "https://registry.npmjs.org/";
  const pulumi = "https://get.pulumi.com/";
  return [
    { what: "npm registry", url: npm },
    ...(needs.cli
      ? [{ what: "Pulumi downloads", url: pulumi, without: "the CLI is built from its Go module, once" }]
      : []),
    ...(needs.cli || needs.images
      ? [{ what: "Go module proxy", url: goProxy ?? "https://proxy.golang.org/" }]
      : []),
    ...(needs.images ? [...registries].map(registryOf) : []),
  ];
}

/** Docker Hub answers under another name than the one in its images. */
const registryOf = (registry: string): Server => ({
  what: `images of ${registry}`,
  url: `https://${registry === "docker.io" ? "registry-1.docker.io" : registry}/v2/`,
  without: "its images are built from package registries, once; or set images.mirror",
});

/** Tries each server. Any answer counts, also a refusal: it is the way there that is looked at. */
export async function networkLines(needs: Needs, env: NodeJS.ProcessEnv = process.env): Promise<Line[]> {
  return Promise.all(
    servers(needs, env).map(async ({ what, url, without }): Promise<Line> => {
      const { host } = new URL(url);
      const problem = await unreachable(url);
      if (problem === undefined) return { what, state: "ok", found: `${host} answers` };
      const found = `${host} cannot be reached (${problem})`;
      if (without !== undefined) return { what, state: "comes", found: `${found}: ${without}` };
      return {
        what,
        state: "warning",
        found,
        fix: "check the network, the proxy settings and NODE_EXTRA_CA_CERTS",
      };
    }),
  );
}

async function unreachable(url: string): Promise<string | undefined> {
  try {
    await fetch(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(LIMIT_MS) });
    return undefined;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (!(cause instanceof Error)) return String(cause);
    if (cause.name === "TimeoutError") return `no answer in ${LIMIT_MS / 1000} s`;
    return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
  }
}
