import { askRole, refuseOtherSites } from "./access";
import { fromFile, type Handler, type Json } from "./caddy";
import { type Route, type GatewaySettings, type Upstream } from "./model";

/**
 * Headers by which a client could pass for somebody else, or for another address, at a service that trusts the gateway.
 * X-Forwarded-For, -Host and -Proto are then set anew by Caddy. Names with `_` are dropped by Caddy itself.
 */
const spoofable = [
  "Forwarded",
  "X-Forwarded-*",
  "X-Real-Ip",
  "X-Client-Ip",
  "X-Original-*",
  "X-Rewrite-*",
  "X-Remote-*",
  "X-Auth-Request-*",
  "X-Webauth-*",
  "X-Semblance-*",
  "Remote-*",
  "Proxy",
  "Proxy-Authorization",
];

/** The steps that answer a request for a route: who may enter, what is taken off, what is passed on. */
export function routeHandlers(route: Route, settings: GatewaySettings): Handler[] {
  const { access } = route;
  const asks =
    access === "own-login" || access === "everyone"
      ? []
      : [refuseOtherSites(), ...askRole(access, settings.logins)];
  return [
    ...asks,
    takeOff(route.access === "own-login" ? spoofable : [...spoofable, "Authorization"]),
    { handler: "request_body", max_size: route.maxBodyBytes },
    ...responsePolicy(route.contentSecurityPolicy ?? "frame-ancestors 'self'"),
    passOn(route.upstream, {
      answerWithinSeconds: route.answerWithinSeconds,
      headers: {
        "X-Forwarded-Port": [String(settings.publicHttpsPort)],
        ...(asks.length === 0 ? {} : { "X-Forwarded-User": ["{http.auth.user.id}"] }),
      },
    }),
  ];
}

/** Removes headers of the request. */
export function takeOff(names: readonly string[]): Handler {
  return { handler: "headers", request: { delete: names } };
}

/** Security headers that hold for every service; what the service sends itself stays. */
function responsePolicy(contentSecurityPolicy: string): Handler[] {
  return [
    {
      handler: "headers",
      response: {
        deferred: true,
        set: { "X-Content-Type-Options": ["nosniff"] },
        add: { "Content-Security-Policy": [contentSecurityPolicy] },
        delete: ["Server", "X-Powered-By"],
      },
    },
    {
      handler: "headers",
      // Only where the service says nothing about it.
      response: {
        require: { headers: { "Referrer-Policy": null } },
        set: { "Referrer-Policy": ["same-origin"] },
      },
    },
  ];
}

/** Passes the request on, as it comes in: no buffer in either direction, websockets and event streams included. */
export function passOn(
  upstream: Upstream,
  how: { readonly answerWithinSeconds: number; readonly headers?: { readonly [name: string]: Json } },
): Handler {
  return {
    handler: "reverse_proxy",
    upstreams: [{ dial: `${upstream.host}:${upstream.port}` }],
    headers: {
      request: {
        set: {
          // Caddy would put the upstream's name here; signatures of S3 and CSRF checks need the name that was asked for.
          Host: ["{http.request.hostport}"],
          ...how.headers,
          ...(upstream.authorizationFile === undefined
            ? {}
            : { Authorization: [fromFile(upstream.authorizationFile)] }),
        },
      },
    },
    transport: {
      protocol: "http",
      tls: {
        ca: { provider: "file", pem_files: [upstream.caFile] },
        server_name: upstream.serverName,
        ...(upstream.clientCertificate === undefined
          ? {}
          : {
              client_certificate_file: upstream.clientCertificate.certificate,
              client_certificate_key_file: upstream.clientCertificate.key,
            }),
        handshake_timeout: "5s",
      },
      // Asking for gzip on the client's behalf would change lengths and entity tags of stored objects.
      compression: false,
      dial_timeout: "5s",
      response_header_timeout: `${how.answerWithinSeconds}s`,
    },
  };
}
