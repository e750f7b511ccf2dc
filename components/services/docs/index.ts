import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { HttpsConnection, TlsTrust } from "../../core/connection";
import { type Foundation, type GeneratedLogin, type Leaf, serverTlsFiles, TLS } from "../../core/foundation";
import type { ScrapeTarget } from "../../core/metrics";
import { listening } from "../../core/probes";
import { FILES, type WorkloadSpec } from "../../core/workload";
import { askLogin } from "../gateway/access";
import { answer, asJson, type Json, route } from "../gateway/caddy";
import { logging } from "../gateway/log";
import { readSources, type Source } from "./pages";
import { siteFiles } from "./site";

const PORT = 8443;
const SITE = `${FILES}/site` as const;
const SCRAPE_HASH = `${FILES}/secrets/scrape.hash` as const;

/** What the server of the documentation needs. */
export interface DocsSpecArgs {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  readonly listen: readonly string[];
  /** Login with which Prometheus scrapes. */
  readonly scrape: GeneratedLogin;
  readonly sources: readonly Source[];
}

/** Caddy with the project's own documents as web pages: those of the very version that runs. */
export function docsSpec(args: DocsSpecArgs): WorkloadSpec<"https"> {
  const pages = Object.entries(siteFiles(args.sources)).map(
    ([name, text]) => [`${SITE}/${name}`, text] as const,
  );
  return {
    image: "caddy",
    command: ["caddy", "run", "--config", `${FILES}/caddy.json`],
    env: { XDG_CONFIG_HOME: "/tmp", XDG_DATA_HOME: "/tmp" },
    files: {
      [`${FILES}/caddy.json`]: JSON.stringify(configuration(args)),
      ...serverTlsFiles(args.leaf, args.trust),
      [SCRAPE_HASH]: args.scrape.bcryptHash,
      ...Object.fromEntries(pages),
    },
    ports: { https: { number: PORT } },
    ready: listening(PORT),
    user: { uid: 10001, gid: 10001 },
    writable: ["/tmp"],
    // The port is a high one; the file of the official image asks for this capability and does not start without it.
    capabilities: ["NET_BIND_SERVICE"],
    resources: { cpu: 0.5, memoryMiB: 64 },
    uses: [],
  };
}

function configuration({ listen, scrape }: DocsSpecArgs): Json {
  const login = { username: scrape.username, hashFile: SCRAPE_HASH };
  return {
    admin: { disabled: true, config: { persist: false } },
    logging: logging(),
    apps: {
      http: {
        metrics: {},
        servers: {
          docs: {
            automatic_https: { disable: true },
            protocols: ["h1", "h2"],
            listen: listen.map((address) => `${address}:${PORT}`),
            tls_connection_policies: [{ protocol_min: "tls1.2" }],
            logs: {},
            routes: [
              asJson(route([{ path: ["/metrics"] }], [...askLogin([login]), { handler: "metrics" }])),
              asJson(route([{ not: [{ method: ["GET", "HEAD"] }] }], [answer(405, { Allow: "GET, HEAD" })])),
              asJson(
                route(
                  [],
                  [
                    {
                      handler: "headers",
                      response: {
                        set: {
                          "Content-Security-Policy": ["default-src 'none'; style-src 'self'; img-src 'self'"],
                          "Cache-Control": ["no-cache"],
                        },
                      },
                    },
                    { handler: "file_server", root: SITE, index_names: ["index.html"] },
                  ],
                ),
              ),
            ],
          },
        },
      },
      tls: {
        certificates: { load_files: [{ certificate: TLS.certificate, key: TLS.key }] },
        disable_ocsp_stapling: true,
        disable_storage_check: true,
        disable_storage_clean: true,
      },
    },
  };
}

/** The documentation server. */
export class Docs extends pulumi.ComponentResource {
  /** The way of the gateway to the pages; they are no secret. */
  readonly web: HttpsConnection;
  readonly target: ScrapeTarget;

  constructor(
    name: string,
    { platform, certificates, secrets }: Foundation,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:Docs", name, {}, opts);
    const scrape = secrets.login("docs", "prometheus", "prometheus");
    const spec = docsSpec({
      leaf: certificates.issue("docs", platform.namesOf("docs")),
      trust: certificates.trust,
      listen: platform.listen("docs", "https"),
      scrape,
      sources: readSources(join(__dirname, "..", "..", "..", "docs")),
    });
    const server = platform.run("docs", spec, this);
    this.web = {
      server: "docs",
      port: "https",
      address: server.address("https"),
      trust: certificates.trust,
      readyWhen: server.readyWhen,
    };
    this.target = { connection: this.web, path: "/metrics", credential: { kind: "basic", login: scrape } };
    this.registerOutputs({});
  }
}
