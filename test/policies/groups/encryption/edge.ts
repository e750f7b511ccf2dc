import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";
import { byId, dockerContainer, withCarrier } from "./services";

const ports = [
  { internal: 80, external: 80 },
  { internal: 443, external: 443 },
];
const redirect = "--entrypoints.web.http.redirections.entryPoint.to=websecure";
const traefik = (props: Fixture["props"]): Fixture =>
  dockerContainer({ image: "traefik:v3.6", ports, ...props });
const nginx = (content: string): readonly Fixture[] =>
  withCarrier("nginx:1.29", [], { "/etc/x/nginx.conf": content }).map((one) =>
    one.name === "server" ? { ...one, props: { ...one.props, ports } } : one,
  );

export const edgeRedirects: Cases = {
  rule: "eit-04-edge-http-redirect",
  good: traefik({ command: [redirect] }),
  bad: dockerContainer({ image: "nginx:1.29", ports: [{ internal: 80, external: 80 }] }),
  unknown: traefik({ command: [redirect], ports: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: dockerContainer({ image: "nginx:1.29" }),
  missingIs: "fine",
  canary: traefik({ envs: [`TOKEN=${CANARY}`], ports: [{ internal: 80 }] }),
  sibling: {
    type: "docker:index/service:Service",
    props: {
      taskSpec: { containerSpec: { image: "traefik:v3.6" } },
      endpointSpec: { ports: [{ targetPort: 80, publishedPort: 80 }] },
    },
  },
  more: [
    {
      name: "by the id of its image",
      is: "violation",
      of: byId("caddy:2.11", { ports: [{ internal: 8080, external: 8080 }] }),
    },
    {
      name: "a file that redirects",
      is: "fine",
      of: nginx("server { listen 80; return 301 https://$host$request_uri; }"),
    },
    { name: "a file that does not", is: "violation", of: nginx("server { listen 80; root /www; }") },
    { name: "a file that is not known", is: "cannot tell", of: nginx(UNKNOWN) },
    { name: "no file to be seen", is: "cannot tell", of: traefik({}) },
    {
      name: "Caddy, which does so by itself",
      is: "fine",
      of: dockerContainer({ image: "caddy:2.11", ports }),
    },
    {
      name: "what is no edge",
      is: "fine",
      of: dockerContainer({ image: "app:1", ports: [{ internal: 80 }] }),
    },
    {
      name: "HTTPS alone",
      is: "fine",
      of: dockerContainer({ image: "nginx:1.29", ports: [{ internal: 443 }] }),
    },
  ],
};
