import type { Settings } from "./config/schema";

/** The names and URLs under which the stack is known, inside and outside. */
export interface Site {
  readonly domain: string;
  readonly httpsPort: number;
  /** Host name of a UI or API. */
  host(label: string): string;
  /** URL of a UI or API as a person types it; without a label that of the home page. */
  url(label?: string): string;
}

export function siteOf(settings: Settings): Site {
  const { domain } = settings;
  const { httpsPort } = settings.edge;
  const suffix = httpsPort === 443 ? "" : `:${httpsPort}`;
  const host = (label: string): string => `${label}.${domain}`;
  return {
    domain,
    httpsPort,
    host,
    url: (label) => `https://${label === undefined ? domain : host(label)}${suffix}`,
  };
}
