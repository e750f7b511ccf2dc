import { type Report, stackRule, type StackView } from "../../core/rule";
import { at, isUnknown, items, text, texts, type Value } from "../../core/value";
import { type ContainerLike, containersOf, inside } from "../../models/containers";
import { filesOf } from "../../models/files";
import { imageOf, repositoryOf, serverTypes } from "../../models/software";
import { dockerTypes } from "../../models/types";

/** What stands at the edge, by its image or by its program. */
const PROXY = /^(traefik|nginx(-unprivileged)?|openresty|caddy|haproxy|envoy|httpd)$/;
const PLAIN = ["80", "8080", "8000"];
const TLS = ["443", "8443", "4443", "9443"];

/** How each of them is told to send plain HTTP to HTTPS. */
const REDIRECT =
  /redirections\.entrypoint\.to|redirectscheme|return\s+30[1278]\s+https|redirect\s+scheme\s+https|https_redirect|ssl_redirect|"https:\/\/\{http\.|redir\s+(https|\S+\s+https)|rewriterule[^\n]*https:/i;
/** Caddy does so by itself, until it is told not to. */
const NO_AUTOMATIC = /auto_https\s+(off|disable_redirects)|"disable(_redirects)?"\s*:\s*true/;

/** The edge of a platform on one machine. */
export const edgeRedirects = stackRule({
  name: "eit-04-edge-http-redirect",
  group: "encryption",
  severity: "high",
  summary: "An edge that publishes plain HTTP publishes HTTPS too, and sends its callers there.",
  why: "Who types an address without https:// stays on plain HTTP, and sends logins and cookies over it.",
  fix: "Publish 443 beside 80, and let the configuration of the proxy answer plain HTTP with a redirect to https://; or publish no plain port.",
  maps: ["CKV2_AWS_20"],
  unknown: "cannot tell",
  bad: `new docker.Container("edge", { image: "nginx:1.29", ports: [{ internal: 80, external: 80 }] });`,
  good: `new docker.Container("edge", { image: "traefik:v3.6", ports: [{ internal: 80, external: 80 }, { internal: 443, external: 443 }],
  command: ["--entrypoints.web.address=:80", "--entrypoints.web.http.redirections.entryPoint.to=websecure"] });`,
  types: serverTypes,
  check(stack, report) {
    for (const container of stack.of(...dockerTypes).flatMap(containersOf)) judge(container, stack, report);
  },
});

function judge(container: ContainerLike, stack: StackView, report: Report): void {
  const { resource } = container;
  const swarm = container.platform === "swarm";
  const path = swarm ? "endpointSpec.ports" : inside(container, "ports");
  const ports = swarm ? at(resource.props, "endpointSpec", "ports") : resource.props["ports"];
  const image = repositoryOf(imageOf(container, stack));
  if (!PROXY.test(image) && !texts(container.command).some((word) => PROXY.test(word))) return;
  if (isUnknown(ports)) return report.cannotTell(path, resource);
  const published = items(ports);
  const plain = published.some((port) => uses(port, PLAIN));
  if (!plain) return;
  if (!published.some((port) => uses(port, TLS)))
    return report.violation(path, "publishes plain HTTP and no HTTPS", resource);
  const files = filesOf(container, stack);
  const told = [...texts(container.command), ...files.map(({ content }) => text(content) ?? "")].join("\n");
  const itself = image === "caddy" && !NO_AUTOMATIC.test(told);
  if (itself || REDIRECT.test(told)) return;
  const hidden =
    files.some(({ name, content }) => CONFIG.test(name) && isUnknown(content)) || files.length === 0;
  if (hidden) report.cannotTell(path, resource);
  else report.violation(path, "publishes plain HTTP, and nothing redirects it to HTTPS", resource);
}

const CONFIG = /(^$|\.(conf|cfg|json|ya?ml|toml)$|Caddyfile$)/;

const uses = (port: Value, numbers: readonly string[]): boolean =>
  ["external", "internal", "publishedPort", "targetPort"].some((key) =>
    numbers.includes(text(at(port, key)) ?? ""),
  );
