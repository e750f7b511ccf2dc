import * as pulumi from "@pulumi/pulumi";
import type { HttpsConnection } from "../../core/connection";
import type { Foundation } from "../../core/foundation";
import type { ScrapeTarget, ServiceState } from "../../core/metrics";
import { liveOf } from "../../core/sources";
import type { Sensitive } from "../../core/values";
import type { JupyterClients } from "./clients";
import { type JupyterSite, jupyterSpec } from "./spec";

export type { JupyterClients } from "./clients";

/** Args of `Jupyter`. */
export interface JupyterArgs extends JupyterClients {
  readonly site: JupyterSite;
  /** GPUs that kernels see. @default none */
  readonly gpu?: { readonly count: number };
}

/** JupyterLab: notebooks with every client set up. */
export class Jupyter extends pulumi.ComponentResource {
  /** The way to its pages and its API; it asks for the token itself. */
  readonly web: HttpsConnection;
  /** What people log in with: in the form, as `?token=…`, or as `Authorization: Bearer …`. */
  readonly token: Sensitive;
  /** What Prometheus scrapes, with a token that opens nothing else. */
  readonly target: ScrapeTarget;

  constructor(
    name: string,
    foundation: Foundation,
    args: JupyterArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:Jupyter", name, {}, opts);
    const { platform, certificates, secrets } = foundation;
    this.token = secrets.key(`${name}-token`, 24).hex;
    const scrapeToken = secrets.key(`${name}-scrape-token`, 24).hex;
    const { site, gpu, ...clients } = args;
    const spec = jupyterSpec({
      ...liveOf(foundation),
      leaf: certificates.issue("jupyter", platform.namesOf("jupyter")),
      trust: certificates.trust,
      listen: platform.listen("jupyter", "https"),
      names: platform.namesOf("jupyter"),
      site,
      token: this.token,
      scrapeToken,
      cookieKey: secrets.key(`${name}-cookie-key`, 32).hex,
      clients,
      ...(gpu === undefined ? {} : { gpu }),
    });
    const server = platform.run("jupyter", spec, this);
    this.web = {
      server: "jupyter",
      port: "https",
      address: server.address("https"),
      trust: certificates.trust,
      readyWhen: server.readyWhen,
    };
    this.target = {
      connection: this.web,
      path: "/metrics",
      credential: { kind: "bearer", token: scrapeToken },
    };
    this.registerOutputs({});
  }
}

/** How JupyterLab's state is read off its metrics. */
export const JUPYTER_STATE: ServiceState = { service: "jupyter", expression: 'up{job="jupyter"}' };
