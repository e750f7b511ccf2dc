import { gatewaySpec, type GatewayRoute } from "../../components/services/gateway";
import { logsOf } from "../support/engine";
import { cleanUp, connect, leafOf, type Leg, login, makeLeg, runGateway } from "./gateway-bench";
import { type Ask, type Door, get, type Reply } from "./gateway-client";
import { ThrowAwayAuthority } from "./gateway-pki";
import { DummyUpstream } from "./gateway-upstream";

export const DOMAIN = "semblance.localhost";
export const host = (label: string): string => `${label}.${DOMAIN}`;
export const HTML = { Accept: "text/html,application/xhtml+xml" };
export const MEBIBYTE = 2 ** 20;
/** Names and passwords by role, as basic authentication takes them. */
export const asks = {
  annotator: "annotator:pw-annotator",
  scientist: "scientist:pw-scientist",
  operator: "operator:pw-operator",
};

/** A running gateway and what is around it. */
export interface Running {
  readonly ca: string;
  /** Network of people, network of Prometheus, network of the services behind. */
  readonly open: Leg;
  readonly scrape: Leg;
  readonly back: Leg;
  readonly door: Door;
  ask(what: Ask): Promise<Reply>;
  log(): Promise<string>;
}

/** Starts the gateway before the tests of a suite and removes it after them. */
export function gatewayUnderTest() {
  const pki = new ThrowAwayAuthority();
  const upstream = new DummyUpstream(pki.issue("label-studio", "prometheus", "minio"));
  const impostor = new DummyUpstream(pki.issue("somebody-else"));
  let running: Running | undefined;

  before(async () => {
    await cleanUp();
    const open = await makeLeg("open", 1, false);
    const scrape = await makeLeg("scrape", 2, true);
    const back = await makeLeg("back", 3, true);
    const spec = gatewaySpec({
      ...settings(pki.ca, await upstream.listen(), await impostor.listen()),
      publicLeaf: leafOf(pki.issue(DOMAIN, `*.${DOMAIN}`)),
      leaf: leafOf(pki.issue("gateway")),
      listen: { public: [open.gateway], metrics: [scrape.gateway] },
    });
    const names = ["label-studio", "prometheus", "minio", "redis", "postgres"];
    const container = await runGateway(spec, [open, scrape, back], names);
    const door = { address: open.gateway, port: 8443, ca: pki.ca };
    running = {
      ca: pki.ca,
      open,
      scrape,
      back,
      door,
      ask: (what) => get(door, what),
      log: () => logsOf(container.id),
    };
  });

  after(async () => {
    await Promise.all([upstream.close(), impostor.close()]);
    await cleanUp();
  });

  return {
    upstream,
    impostor,
    get gateway(): Running {
      if (running === undefined) throw new Error("the gateway is started before the first test, not earlier");
      return running;
    },
  };
}

function settings(ca: string, port: number, impostorPort: number) {
  const common = {
    description: "test",
    icon: "label",
    maxBodyBytes: MEBIBYTE,
    answerWithinSeconds: 20,
  } as const;
  const metrics = login("gateway", "pw-of-prometheus");
  const prometheus = connect("prometheus", "https", port, ca, metrics);
  const routes: readonly GatewayRoute[] = [
    {
      ...common,
      service: "label-studio",
      title: "Label Studio",
      host: "label-studio",
      access: "own-login",
      to: connect("label-studio", "https", port, ca),
      maxBodyBytes: 200 * MEBIBYTE,
    },
    {
      ...common,
      service: "minio",
      title: "MinIO",
      host: "minio",
      access: "annotator",
      to: connect("minio", "console", port, ca),
    },
    {
      ...common,
      service: "prometheus",
      title: "Prometheus",
      host: "prometheus",
      access: "operator",
      to: prometheus,
    },
    {
      ...common,
      service: "redis",
      title: "Redis",
      host: "down",
      access: "own-login",
      to: connect("redis", "redis", 1, ca),
    },
    {
      ...common,
      service: "postgres",
      title: "Impostor",
      host: "impostor",
      access: "own-login",
      to: connect("postgres", "sql", impostorPort, ca),
    },
  ];
  return {
    stack: "test",
    domain: DOMAIN,
    published: { bind: "127.0.0.1", httpsPort: 8443, httpPort: 8080 },
    routes,
    others: [],
    absent: {},
    state: { to: prometheus, role: "annotator" },
    authorityFile: "ca.crt",
    name: "gateway",
    trust: { caCertificate: ca },
    logins: {
      annotator: login("annotator", "pw-annotator"),
      scientist: login("scientist", "pw-scientist"),
      operator: login("operator", "pw-operator"),
    },
    scrape: login("prometheus", "pw-scrape"),
  } as const;
}
