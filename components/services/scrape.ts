import type { Foundation, GeneratedLogin, Leaf } from "../core/foundation";
import type { ScrapeTarget } from "../core/metrics";
import type { RunningWorkload } from "../core/platform";
import type { ServiceName } from "../topology";

/** What an exporter needs to be scraped: its certificate, where it listens, and the login with which Prometheus comes. */
export interface ScrapedArgs {
  readonly leaf: Leaf;
  readonly scrape: GeneratedLogin;
  readonly listen: readonly string[];
}

/** The means to be scraped, for an exporter whose port is called `metrics`. */
export function scrapedArgs(foundation: Foundation, service: ServiceName): ScrapedArgs {
  const { platform, certificates, secrets } = foundation;
  return {
    leaf: certificates.issue(service, platform.namesOf(service)),
    scrape: secrets.login(service, "prometheus", "prometheus"),
    listen: platform.listen(service, "metrics"),
  };
}

/** The exporter as Prometheus sees it, once it runs. */
export function scrapeTarget(
  { certificates }: Foundation,
  server: RunningWorkload<"metrics">,
  { scrape }: ScrapedArgs,
): ScrapeTarget {
  return {
    connection: {
      server: server.service,
      port: "metrics",
      address: server.address("metrics"),
      trust: certificates.trust,
      readyWhen: server.readyWhen,
    },
    path: "/metrics",
    credential: { kind: "basic", login: scrape },
  };
}
