import { TLS } from "../../core/foundation";
import { FILES, type FilePath } from "../../core/workload";
import { fromFile } from "./datasources";

/** The one folder that Grafana writes to: its own database. */
export const DATA = "/var/lib/grafana";
export const PORT = 3000;
export const PROVISIONING = `${FILES}/provisioning` as const;
export const DASHBOARDS = `${FILES}/dashboards` as const;

/** Where Grafana's own secrets lie. */
export const SECRETS = {
  admin: `${FILES}/secrets/admin-password`,
  key: `${FILES}/secrets/secret-key`,
  scrape: `${FILES}/secrets/scrape-password`,
} as const satisfies Record<string, FilePath>;

/** What the settings depend on. */
export interface GrafanaSettings {
  /** Under which URL people see it. */
  readonly url: string;
  /** The one address on which it can listen. */
  readonly listen: string;
  readonly administrator: string;
  readonly scraper: string;
}

/**
 * `grafana.ini`. Who may see what is a matter of logins: nobody is anonymous, nobody signs up, nothing is told to the vendor and
 * nothing is fetched from there. Its reference: grafana.com/docs/grafana/latest/setup-grafana/configure-grafana
 */
export function grafanaIni({ url, listen, administrator, scraper }: GrafanaSettings): string {
  return ini({
    server: {
      protocol: "https",
      http_addr: listen,
      http_port: PORT,
      domain: new URL(url).hostname,
      root_url: `${url.replace(/\/$/, "")}/`,
      cert_file: TLS.certificate,
      cert_key: TLS.key,
      min_tls_version: "TLS1.2",
    },
    security: {
      admin_user: administrator,
      admin_password: fromFile(SECRETS.admin),
      secret_key: fromFile(SECRETS.key),
      disable_gravatar: true,
      cookie_secure: true,
      cookie_samesite: "lax",
      content_security_policy: true,
    },
    users: { allow_sign_up: false, allow_org_create: false, auto_assign_org_role: "Viewer" },
    "auth.anonymous": { enabled: false },
    analytics: {
      enabled: false,
      reporting_enabled: false,
      check_for_updates: false,
      check_for_plugin_updates: false,
      feedback_links_enabled: false,
    },
    plugins: {
      preinstall_disabled: true,
      plugin_admin_enabled: false,
      public_key_retrieval_disabled: true,
    },
    news: { news_feed_enabled: false },
    snapshots: { enabled: false, external_enabled: false },
    public_dashboards: { enabled: false },
    // Rules are Prometheus': Grafana shows them, and evaluates none of its own.
    unified_alerting: { enabled: true, execute_alerts: false },
    metrics: {
      enabled: true,
      basic_auth_username: scraper,
      basic_auth_password: fromFile(SECRETS.scrape),
    },
    database: { wal: true },
    dashboards: { default_home_dashboard_path: `${DASHBOARDS}/semblance-overview.json` },
    log: { mode: "console", level: "info" },
    "log.console": { format: "json" },
  });
}

function ini(
  sections: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>,
): string {
  return Object.entries(sections)
    .map(([section, values]) => {
      const lines = Object.entries(values).map(([key, value]) => `${key} = ${String(value)}\n`);
      return `[${section}]\n${lines.join("")}`;
    })
    .join("\n");
}

/** The file that says where dashboards lie. They are the program's: people copy one to change it. */
export const dashboardProvider: object = {
  apiVersion: 1,
  providers: [
    {
      name: "semblance",
      type: "file",
      folder: "Semblance",
      folderUid: "semblance",
      disableDeletion: true,
      allowUiUpdates: false,
      options: { path: DASHBOARDS },
    },
  ],
};
