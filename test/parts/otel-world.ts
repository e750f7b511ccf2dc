import assert from "node:assert/strict";
import type Docker from "dockerode";
import type { MutualTlsConnection } from "../../components/core/connection";
import type { ContainerLogs } from "../../components/core/platform";
import type { OtlpConnection } from "../../components/core/telemetry";
import { LOGGED } from "../../components/platforms/docker/names";
import { jaegerSpec } from "../../components/services/jaeger";
import { lokiSpec } from "../../components/services/loki";
import { otelAgentSpec } from "../../components/services/otel/agent";
import { otelCollectorSpec } from "../../components/services/otel/collector";
import { ask } from "../support/ask";
import { connection } from "../support/samples";
import { until } from "../support/until";
import { leafOf, login } from "../engine/gateway-bench";
import { get, type Reply } from "../engine/gateway-client";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { StackBench } from "./otel-bench";
import { SUBNETS } from "./subnets";

const servers = new ThrowAwayAuthority();
const clients = new ThrowAwayAuthority();
const trust = { caCertificate: servers.ca };
const clientsTrust = { caCertificate: clients.ca };
const reader = clients.issue("grafana");

/** Names and passwords of who may send, and of who may scrape. */
export const LOGINS = {
  gateway: "gateway-password",
  "label-studio": "label-studio-password",
  "otel-agent": "otel-agent-password",
} as const;
export const SCRAPE = "prometheus:scrape-password";

const to = (server: "loki" | "jaeger", port: string, number: number): MutualTlsConnection => ({
  ...connection(server, port, number),
  trust,
  identity: leafOf(clients.issue("otel-collector")),
});

/** A line as Loki has it. */
export interface Line {
  readonly labels: Readonly<Record<string, string>>;
  readonly text: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where the agent finds lines. */
export interface Logs {
  readonly name: string;
  readonly subnet: string;
  readonly layout: ContainerLogs;
  /** Folder that stands in for the engine's. @default the engine's own */
  readonly folder?: string;
  /** Name of the agent's machine, where it is one of several. */
  readonly node?: string;
}

const OF_THE_ENGINE: Logs = {
  name: "t-otel",
  subnet: SUBNETS.otel,
  layout: { format: "docker-json", labels: LOGGED },
};

/** Collector and agent with the real Loki and the real Jaeger. */
export class World {
  readonly bench: StackBench;
  loki!: Docker.Container;
  collector!: Docker.Container;
  agent!: Docker.Container;
  private readonly identity = leafOf(servers.issue("otel-collector"));

  constructor(private readonly logs: Logs = OF_THE_ENGINE) {
    this.bench = new StackBench(logs.name, logs.subnet);
  }

  async open(): Promise<void> {
    await this.bench.open();
    const loki = lokiSpec({ leaf: leafOf(servers.issue("loki")), trust, clientsTrust, retentionDays: 1 });
    const jaeger = jaegerSpec({
      leaf: leafOf(servers.issue("jaeger")),
      trust,
      clientsTrust: { otlp: clientsTrust, query: clientsTrust },
      listen: { otlp: [this.bench.address(3)], query: [this.bench.address(3)] },
      retentionDays: 1,
    });
    const collector = otelCollectorSpec({
      stack: this.bench.name,
      leaf: this.identity,
      trust,
      clients: Object.entries(LOGINS).map(([name, password]) => login(name, password)),
      scrape: login("prometheus", "scrape-password"),
      otlpListen: [this.bench.address(4)],
      metricsListen: this.bench.address(4),
      loki: to("loki", "https", 3100),
      jaeger: to("jaeger", "otlp", 4318),
    });
    const door: OtlpConnection = {
      ...connection("otel-collector", "otlp", 4318),
      trust,
      login: login("otel-agent", LOGINS["otel-agent"]),
    };
    [this.loki] = await Promise.all([
      this.bench.startMember("loki", 2, loki),
      this.bench.startMember("jaeger", 3, jaeger),
    ]);
    this.collector = await this.bench.startMember("otel-collector", 4, collector);
    const { layout, folder, node } = this.logs;
    const nodeName = node === undefined ? undefined : "NODE_NAME";
    const spec = otelAgentSpec({ stack: this.bench.name, logs: layout, nodeName, collector: door });
    const agent = node === undefined ? spec : { ...spec, env: { ...spec.env, NODE_NAME: node } };
    const views = folder === undefined ? {} : { "container-logs": folder };
    this.agent = await this.bench.startMember("otel-agent", 5, agent, views);
  }

  close(): Promise<void> {
    return this.bench.close();
  }

  /** Sends OTLP as JSON, which the receiver takes as well. */
  send(path: string, body: object, as?: string): Promise<Reply> {
    return get(
      { address: this.bench.address(4), port: 4318, ca: servers.ca },
      {
        host: "otel-collector",
        path,
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        ...(as === undefined ? {} : { login: as }),
      },
    );
  }

  scrape(as?: string): Promise<Reply> {
    return get(
      { address: this.bench.address(4), port: 8889, ca: servers.ca },
      { host: "otel-collector", path: "/metrics", ...(as === undefined ? {} : { login: as }) },
    );
  }

  /** The samples of a scrape whose name and labels match. */
  async samples(pattern: RegExp): Promise<string[]> {
    const { status, body } = await this.scrape(SCRAPE);
    assert.equal(status, 200, body);
    return body.split("\n").filter((line) => pattern.test(line));
  }

  /** Waits for this many lines of a service. */
  lines(service: string, count: number, limitSeconds = 40): Promise<Line[]> {
    return until({ what: `${count} lines of ${service} in Loki`, limitSeconds }, async () => {
      const found = await this.query(`{service_name="${service}"}`);
      return found.length >= count ? found : undefined;
    });
  }

  /** The lines of the last hour that a query finds, oldest first. */
  async query(logQl: string): Promise<Line[]> {
    const start = `${Date.now() - 3600_000}000000`;
    const asked = new URLSearchParams({ query: logQl, start, limit: "500", direction: "forward" });
    const { status, body } = await ask({
      url: `https://${this.bench.address(2)}:3100/loki/api/v1/query_range?${asked.toString()}`,
      name: "loki",
      ca: servers.ca,
      as: reader,
    });
    assert.equal(status, 200, body);
    return linesOf(body);
  }

  /** The trace as Jaeger tells it. */
  async trace(id: string): Promise<string> {
    const { status, body } = await ask({
      url: `https://${this.bench.address(3)}:16686/api/traces/${id}`,
      name: "jaeger",
      ca: servers.ca,
      as: reader,
    });
    return status === 200 ? body : "";
  }
}

/** Loki mixes labels and metadata in an answer; these are the labels that a stream may have. */
const LABELS = new Set(["service_name", "stack", "level", "job"]);

function linesOf(answer: string): Line[] {
  const { data } = JSON.parse(answer) as {
    data: { result: { stream: Record<string, string>; values: [string, string][] }[] };
  };
  return data.result
    .flatMap(({ stream, values }) => values.map(([at, text]) => ({ stream, at, text })))
    .sort((one, other) => (BigInt(one.at) < BigInt(other.at) ? -1 : 1))
    .map(({ stream, text }) => {
      const entries = Object.entries(stream);
      return {
        text,
        labels: Object.fromEntries(entries.filter(([name]) => LABELS.has(name))),
        metadata: Object.fromEntries(entries.filter(([name]) => !LABELS.has(name))),
      };
    });
}
