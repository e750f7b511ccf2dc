import { askLogin, askRole } from "./access";
import { answer, asJson, type CaddyRoute, type Handler, type Json, refuse, route, subroute } from "./caddy";
import { logging, logUserAgent } from "./log";
import { type CertificateFiles, hostOf, httpsUrl, type Site } from "./model";
import { problemRoutes } from "./problems";
import { passOn, routeHandlers, takeOff } from "./proxy";
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
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-site",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
  "Cache-Control": "no-cache",
};

/** Caddy's whole configuration, for `caddy run --config`. It holds no secret: those are named by file. */
export function caddyConfig(site: Site): Json {
  const common = { automatic_https: { disable: true }, protocols: ["h1", "h2"], read_header_timeout: "30s" };
  return {
    // What the gateway does is decided by the stack alone: nothing can change it while it runs.
    admin: { disabled: true, config: { persist: false } },
    logging: logging(),
    apps: {
      http: {
        grace_period: "10s",
        metrics: { per_host: true },
        servers: {
          public: {
            ...common,
            listen: at(site.listen.public, site.ports.https),
            max_header_bytes: 65536,
            tls_connection_policies: [tlsPolicy("public", site.domain)],
            logs: {},
            routes: publicRoutes(site).map(asJson),
            errors: { routes: problemRoutes(site).map(asJson) },
          },
          redirect: {
            ...common,
            protocols: ["h1"],
            listen: at(site.listen.public, site.ports.http),
            logs: {},
            routes: redirectRoutes(site).map(asJson),
          },
          metrics: {
            ...common,
            listen: at(site.listen.metrics, site.ports.metrics),
            tls_connection_policies: [tlsPolicy("metrics", site.metrics.serverName)],
            routes: [
              asJson(route([{ path: ["/metrics"] }], [askLogin([site.metrics.login]), { handler: "metrics" }])),
              asJson(route([], [answer(404, {})])),
            ],
          },
          health: {
            ...common,
            protocols: ["h1"],
            listen: at(["127.0.0.1"], site.ports.health),
            routes: [asJson(route([], [answer(200, { "Content-Type": "text/plain" }, "ok\n")]))],
          },
        },
      },
      tls: {
        certificates: { load_files: [load(site.certificate, "public"), load(site.metrics.certificate, "metrics")] },
        disable_ocsp_stapling: true,
        // There is nothing to store: certificates are files of the stack.
        disable_storage_check: true,
        disable_storage_clean: true,
      },
    },
  };
}

const at = (addresses: readonly string[], port: number): Json => addresses.map((address) => `${address}:${port}`);

const load = (files: CertificateFiles, tag: string): Json => ({ ...files, tags: [tag] });

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

function publicRoutes(site: Site): CaddyRoute[] {
  const span = (name: string): Handler[] => (site.tracing ? [{ handler: "tracing", span: name }] : []);
  return [
    { handle: [logUserAgent, ...transportSecurity(site)] },
    ...site.routes.map((one) =>
      route([{ host: [hostOf(site.domain, one)] }], [...span(one.service), ...routeHandlers(one, site)]),
    ),
    route([{ host: [site.domain] }], [...span("home"), ...homeHandlers(site)]),
    route([], [refuse(421, "unknown host")]),
  ];
}

/**
 * HSTS only on the usual ports and off localhost: the rule is kept by host and not by port, so with 8443 and 8080 it would
 * send browsers to https on 8080, and on localhost it would reach every other project of the machine.
 */
function transportSecurity(site: Site): Handler[] {
  if (site.publicHttpsPort !== 443 || /(^|\.)localhost$/.test(site.domain)) return [];
  return [{ handler: "headers", response: { set: { "Strict-Transport-Security": ["max-age=31536000"] } } }];
}

function homeHandlers(site: Site): Handler[] {
  const { role, upstream } = site.state;
  const set = Object.fromEntries(Object.entries(homeHeaders).map(([name, value]) => [name, [value]]));
  const login =
    role === undefined ? [] : [route([{ path: ["/login"] }], [askRole(role, site.logins), answer(303, { Location: "/" })])];
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
        role === undefined ? state : [askRole(role, site.logins), ...state],
      ),
      ...login,
      route([], [{ handler: "file_server", root: site.homeFolder, index_names: ["index.html"] }]),
    ]),
  ];
}

/** Plain HTTP leads to https under the same name, and only under a known one: it must not send anybody elsewhere. */
function redirectRoutes(site: Site): CaddyRoute[] {
  const hosts = [site.domain, ...site.routes.map((one) => hostOf(site.domain, one))];
  const location = httpsUrl("{http.request.host}", site.publicHttpsPort);
  return [
    { handle: [logUserAgent] },
    route([{ host: hosts }], [answer(308, { Location: `${location}{http.request.uri}` })]),
    route([], [answer(421, { "Content-Type": "text/plain" }, `known names: ${hosts.join(", ")}\n`)]),
  ];
}
