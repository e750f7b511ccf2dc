import { askLogin, askRole } from "./access";
import { answer, asJson, type CaddyRoute, type Handler, type Json, refuse, route, subroute } from "./caddy";
import { logging, logUserAgent } from "./log";
import { type CertificateFiles, hostOf, httpsUrl, type GatewaySettings } from "./model";
import { problemRoutes } from "./problems";
import { passOn, routeHandlers, takeOff } from "./proxy";
import { CERTIFICATE_STAMP } from "./renewal";
import { askState } from "./state";

/** Key exchange with forward secrecy and authenticated encryption only; TLS 1.3 chooses its own. */
const cipherSuites = [
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
];

/** Headers of the gateway's own pages. Style sheets are shared with its error pages on the other hosts of the domain. */
const homeHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-site",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
  "Cache-Control": "no-cache",
};

/** Caddy's whole configuration, for `caddy run --config`. It holds no secret: those are named by file. */
export function caddyConfig(settings: GatewaySettings): Json {
  const common = { automatic_https: { disable: true }, protocols: ["h1", "h2"], read_header_timeout: "30s" };
  return {
    // What the gateway does is decided by the stack alone: nothing can change it while it runs.
    admin: { disabled: true, config: { persist: false } },
    logging: logging(settings),
    apps: {
      http: {
        grace_period: "10s",
        // Not by host: on a server with TLS Caddy would make a series for every host that anybody asks for.
        metrics: {},
        servers: {
          public: {
            ...common,
            listen: at(settings.listen.public, settings.ports.https),
            max_header_bytes: 65536,
            tls_connection_policies: [tlsPolicy("public", settings.domain)],
            logs: {},
            routes: publicRoutes(settings).map(asJson),
            errors: { routes: problemRoutes(settings).map(asJson) },
          },
          redirect: {
            ...common,
            protocols: ["h1"],
            listen: at(settings.listen.public, settings.ports.http),
            logs: {},
            routes: redirectRoutes(settings).map(asJson),
          },
          metrics: {
            ...common,
            listen: at(settings.listen.metrics, settings.ports.metrics),
            tls_connection_policies: [tlsPolicy("metrics", settings.metrics.serverName)],
            routes: [
              asJson(
                route(
                  [{ path: ["/metrics"] }],
                  [...askLogin([settings.metrics.login]), { handler: "metrics" }],
                ),
              ),
              asJson(route([], [answer(404, {})])),
            ],
          },
        },
      },
      tls: {
        certificates: {
          load_files: [
            load(settings.certificate, "public", ...(settings.renewed ? [CERTIFICATE_STAMP] : [])),
            load(settings.metrics.certificate, "metrics"),
          ],
        },
        disable_ocsp_stapling: true,
        // There is nothing to store: certificates are files of the stack.
        disable_storage_check: true,
        disable_storage_clean: true,
      },
    },
  };
}

const at = (addresses: readonly string[], port: number): Json =>
  addresses.map((address) => `${address}:${port}`);

const load = ({ certificate, key }: CertificateFiles, ...tags: string[]): Json => ({
  certificate,
  key,
  tags,
});

/** A client that sends no name, or one that is not ours, still gets a page that tells the right ones. */
function tlsPolicy(tag: string, name: string): Json {
  return {
    certificate_selection: { any_tag: [tag] },
    protocol_min: "tls1.2",
    cipher_suites: cipherSuites,
    default_sni: name,
    fallback_sni: name,
  };
}

function publicRoutes(settings: GatewaySettings): CaddyRoute[] {
  const span = (name: string): Handler[] => (settings.tracing ? [{ handler: "tracing", span: name }] : []);
  return [
    { handle: [logUserAgent, ...transportSecurity(settings)] },
    ...settings.routes.map((one) =>
      route(
        [{ host: [hostOf(settings.domain, one)] }],
        [...span(one.service), ...routeHandlers(one, settings)],
      ),
    ),
    route([{ host: [settings.domain] }], [...span("home"), ...homeHandlers(settings)]),
    route([], [refuse(421, "unknown host")]),
  ];
}

/**
 * HSTS only on the usual ports and off localhost: the rule is kept by host and not by port, so with 8443 and 8080 it would
 * send browsers to https on 8080, and on localhost it would reach every other project of the machine.
 */
function transportSecurity(settings: GatewaySettings): Handler[] {
  if (settings.publicHttpsPort !== 443 || /(^|\.)localhost$/.test(settings.domain)) return [];
  return [{ handler: "headers", response: { set: { "Strict-Transport-Security": ["max-age=31536000"] } } }];
}

function homeHandlers(settings: GatewaySettings): Handler[] {
  const { role, upstream } = settings.state;
  const set = Object.fromEntries(Object.entries(homeHeaders).map(([name, value]) => [name, [value]]));
  const login =
    role === undefined
      ? []
      : [route([{ path: ["/login"] }], [...askRole(role, settings.logins), answer(303, { Location: "/" })])];
  const state = [
    takeOff(["Cookie", "Authorization"]),
    askState,
    passOn(upstream, { answerWithinSeconds: 10 }),
  ];
  return [
    { handler: "headers", response: { set, deferred: true, delete: ["Server"] } },
    { handler: "encode", encodings: { zstd: {}, gzip: {} }, prefer: ["zstd", "gzip"] },
    subroute([
      route(
        [{ path: ["/api/state"], method: ["GET", "HEAD"] }],
        role === undefined ? state : [...askRole(role, settings.logins), ...state],
      ),
      ...login,
      ...liveAssets(settings),
      route([], [{ handler: "file_server", root: settings.homeFolder, index_names: ["index.html"] }]),
    ]),
  ];
}

/** What lies in the mounted folder of the home page; the page itself is the stack's. */
function liveAssets({ assetsFolder: root }: GatewaySettings): CaddyRoute[] {
  if (root === undefined) return [];
  const asked = { root, try_files: ["{http.request.uri.path}"] };
  return [route([{ file: asked, not: [{ path: ["/"] }] }], [{ handler: "file_server", root }])];
}

/** Plain HTTP leads to https under the same name, and only under a known one: it must not send anybody elsewhere. */
function redirectRoutes(settings: GatewaySettings): CaddyRoute[] {
  const hosts = [settings.domain, ...settings.routes.map((one) => hostOf(settings.domain, one))];
  const location = httpsUrl("{http.request.host}", settings.publicHttpsPort);
  return [
    { handle: [logUserAgent] },
    route([{ host: hosts }], [answer(308, { Location: `${location}{http.request.uri}` })]),
    route([], [answer(421, { "Content-Type": "text/plain" }, `known names: ${hosts.join(", ")}\n`)]),
  ];
}
