import * as pulumi from "@pulumi/pulumi";
import type { BearerConnection } from "../../core/connection";
import type { Foundation, GeneratedLogin } from "../../core/foundation";
import type { ScrapeTarget, ServiceState } from "../../core/metrics";
import type { FinishedJob, RunningWorkload } from "../../core/platform";
import type { ServiceName } from "../../topology";
import { jobName, type Model } from "./models";
import { type OllamaGpu, type OllamaPort, ollamaSetupJob, ollamaSpec } from "./spec";

export { type FileModel, type Model, type PulledModel, SELF_TEST_MODEL } from "./models";
export type { OllamaGpu } from "./spec";

/** Args of `Ollama`. */
export interface OllamaArgs<C extends ServiceName> {
  /** Services that ask models; each gets a token of its own. */
  readonly clients: readonly C[];
  readonly models: readonly Model[];
  /** Limit for the server with the model that is loaded. @default 2048 */
  readonly memoryMiB?: number;
  readonly gpu?: OllamaGpu;
}

/** Ollama, with a token per client, and the models that the stack asks for. */
export class Ollama<C extends ServiceName> extends pulumi.ComponentResource {
  /** What Prometheus scrapes. */
  readonly target: ScrapeTarget;
  private readonly server: RunningWorkload<OllamaPort>;
  private readonly tokens: ReadonlyMap<ServiceName, GeneratedLogin>;
  private readonly jobs: readonly FinishedJob[];

  constructor(
    name: string,
    private readonly foundation: Foundation,
    args: OllamaArgs<C>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:Ollama", name, {}, opts);
    const { platform, certificates, secrets } = foundation;
    const gpu = args.gpu === undefined ? {} : { gpu: args.gpu };
    const token = (client: ServiceName) => secrets.login("ollama", client, client);
    this.tokens = new Map(args.clients.map((client) => [client, token(client)]));
    const setup = token("ollama-setup");
    const scrape = token("prometheus");
    const spec = ollamaSpec({
      leaf: certificates.issue("ollama", platform.namesOf("ollama")),
      trust: certificates.trust,
      listen: platform.listen("ollama", "https"),
      clients: [...this.tokens.values()],
      setup,
      scrape,
      memoryMiB: args.memoryMiB ?? 2048,
      ...gpu,
    });
    this.server = platform.run("ollama", spec, this);
    this.jobs = args.models.map((model) => {
      const job = ollamaSetupJob({ server: this.way(setup), model, ...gpu });
      return platform.runOnce("ollama-setup", jobName(model), job, this);
    });
    this.target = {
      connection: this.way(scrape),
      path: "/metrics",
      credential: { kind: "bearer", token: scrape.password },
    };
    this.registerOutputs({});
  }

  /** The connection of a client that `clients` names. It may be used once the models are there. */
  connection(client: C): BearerConnection {
    const login = this.tokens.get(client);
    if (login === undefined) throw new Error(`ollama has no client ${client}`);
    const way = this.way(login);
    return { ...way, readyWhen: [...way.readyWhen, ...this.jobs.flatMap(({ doneWhen }) => doneWhen)] };
  }

  private way(login: GeneratedLogin): BearerConnection {
    return {
      server: "ollama",
      port: "https",
      address: this.server.address("https"),
      trust: this.foundation.certificates.trust,
      readyWhen: this.server.readyWhen,
      token: login.password,
    };
  }
}

/** How the state of Ollama is read off its door's metrics: the door answers, and Ollama behind it. */
export const OLLAMA_STATE: ServiceState = {
  service: "ollama",
  expression: 'door_upstream_up{job="ollama",front="https"}',
};
