import { z } from "zod";
import type { Resource } from "../../core/resource";
import { at, isMissing, items, text } from "../../core/value";
import { keysOf, type Settings } from "../../models/settings";
import type { Server, Software } from "../../models/software";
import { caddy, exporterToolkit, grafana, loki, minio, openTelemetry, redisExporter } from "./software";

/** Where a server speaks in plain. Without `what` nobody can tell; without a path it is what it is not told. */
interface Plain {
  readonly what?: string;
  readonly path?: string;
  readonly resource?: Resource;
}

/** A kind of server that can speak TLS, and how it is seen that it does not. */
export interface Speaker {
  readonly software: Software;
  readonly plain: (server: Server, settings: Settings) => Plain | undefined;
}

const LOOPBACK = /^(https?:\/\/)?(localhost|127\.[\d.]+|\[::1\])(:|$)/;

const has = ({ known }: Settings, key: string): boolean => !isMissing(known.get(key)?.value);

/** Whether one setting must be there. */
const needs =
  (key: string, what: string): Speaker["plain"] =>
  (_, settings) =>
    has(settings, key) ? undefined : { what };

export const speakers: readonly Speaker[] = [
  {
    software: minio,
    plain: (server) =>
      /\s(--certs-dir|-S)[= ]\S/.test(server.script) || hasCertificates(server)
        ? undefined
        : { what: "is given no certificate: it has no --certs-dir" },
  },
  {
    software: grafana,
    plain: (_, { known }) => {
      const protocol = known.get("server.protocol");
      if (protocol === undefined) return { what: "answers in plain HTTP: protocol is not https" };
      const { path, resource } = protocol;
      const value = text(protocol.value);
      if (value === undefined) return { path, resource };
      return /^(https|h2|socket)/.test(value)
        ? undefined
        : { path, resource, what: "sets a protocol without TLS" };
    },
  },
  { software: exporterToolkit, plain: webConfig },
  {
    software: redisExporter,
    plain: needs("tls-server-cert-file", "answers in plain HTTP: it has no --tls-server-cert-file"),
  },
  {
    software: loki,
    plain: (server, settings) =>
      LOOPBACK.test(text(settings.known.get("server.http_listen_address")?.value) ?? "")
        ? undefined
        : needs(
            "server.http_tls_config.cert_file",
            "answers in plain HTTP: http_tls_config has no cert_file",
          )(server, settings),
  },
  { software: openTelemetry, plain: receivers },
  { software: caddy, plain: plainSites },
];

/** MinIO looks for certificates in a folder of its own, too. */
const hasCertificates = ({ spec }: Server): boolean =>
  [
    ...items(at(spec, "volumeMounts")).map((one) => at(one, "mountPath")),
    ...items(at(spec, "volumes")).map((one) => at(one, "containerPath")),
    ...items(at(spec, "mounts")).map((one) => at(one, "target")),
  ].some((path) => /\.minio\/certs(\/|$)/.test(text(path) ?? ""));

/** What Prometheus, Alertmanager and most exporters share. */
function webConfig({ script, files }: Server, settings: Settings): Plain | undefined {
  const listens = [...script.matchAll(/--web\.listen-address[= ](\S+)/g)].map(([, address = ""]) => address);
  if (listens.length > 0 && listens.every((address) => LOOPBACK.test(address))) return undefined;
  const name = text(settings.known.get("web.config.file")?.value);
  if (name === undefined) return { what: "answers in plain HTTP: it has no --web.config.file" };
  const file = files.find((one) => one.name === name || name.endsWith(`/${one.name}`));
  const content = text(file?.content);
  // Where the file comes from elsewhere or is not known yet nobody can tell; that it is named says that somebody thought of it.
  if (file === undefined || content === undefined) return undefined;
  const { path, resource } = file;
  return keysOf(content).some(([key, value]) => key === "tls_server_config.cert_file" && value !== "") ||
    /tls_server_config:\s*\{[^}]*cert_file/.test(content)
    ? undefined
    : { path, resource, what: "has no tls_server_config in its web configuration" };
}

/** Everything by which others send to a collector, or ask Jaeger. */
function receivers(_: Server, { known, more }: Settings): Plain | undefined {
  const listening = [...known].filter(([key]) => /^(receivers|extensions)\..*\bendpoint$/.test(key));
  if (listening.length === 0) return more ? {} : { what: "answers in plain: it has its own defaults" };
  const open = listening.find(([key, { value }]) => {
    const certificate = known.get(key.replace(/endpoint$/, "tls.cert_file"));
    return !LOOPBACK.test(text(value) ?? "") && isMissing(certificate?.value);
  });
  if (open === undefined) return undefined;
  const [key, { path, resource }] = open;
  return { path, resource, what: `listens in plain: ${key} has no tls.cert_file` };
}

const caddySchema = z.looseObject({
  apps: z.looseObject({
    http: z.looseObject({
      servers: z.record(
        z.string(),
        z.looseObject({
          listen: z.array(z.string()).default([]),
          tls_connection_policies: z.array(z.unknown()).default([]),
          automatic_https: z.looseObject({ disable: z.boolean().default(false) }).optional(),
          routes: z.array(z.unknown()).default([]),
        }),
      ),
    }),
  }),
});

/** Sites that Caddy serves or proxies in plain. One that only redirects may be. */
function plainSites({ files }: Server): Plain | undefined {
  for (const { content, path, resource } of files.filter(({ name }) => caddy.config.test(name))) {
    const known = text(content) ?? "";
    if (/^\s*http:\/\/(?!localhost|127\.)[^{]*\{(?![^}]*\bredir\b)/m.test(known))
      return { path, resource, what: "serves a site in plain HTTP" };
    for (const [name, server] of Object.entries(serversIn(known))) {
      const { listen, tls_connection_policies: tls, automatic_https: automatic, routes } = server;
      const serves = /"handler":"(reverse_proxy|file_server)"/.test(JSON.stringify(routes));
      const plain = automatic?.disable === true || listen.every((address) => /:(80|8080)$/.test(address));
      if (tls.length === 0 && plain && serves && !listen.every((address) => LOOPBACK.test(address)))
        return { path, resource, what: `serves in plain HTTP: ${name} has no tls_connection_policies` };
    }
  }
  return undefined;
}

function serversIn(content: string): z.infer<typeof caddySchema>["apps"]["http"]["servers"] {
  try {
    return caddySchema.parse(JSON.parse(content)).apps.http.servers;
  } catch {
    // A Caddyfile, or a configuration without HTTP.
    return {};
  }
}
