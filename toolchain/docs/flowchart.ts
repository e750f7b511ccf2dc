import { type Arrow, arrows, edge, memberNames, members, type ServiceName } from "../../components/topology";

/** The parts of the picture, in the order in which a request passes through them. */
const groups = {
  edge: "Edge",
  labelling: "Labelling",
  work: "Models and experiments",
  stores: "Stores",
  observability: "Observability",
  development: "Development mode",
} as const;

const groupOf: Readonly<Record<ServiceName, keyof typeof groups>> = {
  gateway: "edge",
  "label-studio": "labelling",
  "label-studio-worker": "labelling",
  "label-studio-setup": "labelling",
  "label-studio-exporter": "observability",
  postgres: "stores",
  "postgres-setup": "stores",
  "postgres-backup": "stores",
  "postgres-exporter": "observability",
  redis: "stores",
  "redis-exporter": "observability",
  minio: "stores",
  "minio-setup": "stores",
  prometheus: "observability",
  elasticsearch: "stores",
  "elasticsearch-setup": "stores",
  "elasticsearch-exporter": "observability",
  weaviate: "stores",
  "weaviate-setup": "stores",
  ollama: "work",
  "ollama-setup": "work",
  mlflow: "work",
  "mlflow-setup": "work",
  jupyter: "work",
  "otel-collector": "observability",
  "otel-agent": "observability",
  "container-exporter": "observability",
  loki: "observability",
  jaeger: "observability",
  alertmanager: "observability",
  grafana: "observability",
  docs: "edge",
  pgweb: "development",
  mailpit: "development",
};

/** Mermaid takes a node's id for a keyword here and there, and for an operator where it holds `--`. */
const id = (name: ServiceName): string => name.replaceAll("-", "_");

/** The topology as a Mermaid flowchart: boxes are servers, dashed boxes are jobs that end, dotted arrows only measure. */
export function flowchart(): string {
  return [
    "flowchart TB",
    '  people(["People and programs"])',
    ...Object.entries(groups).flatMap(([group, title]) => subgraph(group, title)),
    `  people --> ${id(edge.service)}`,
    ...merged(arrows).map(line),
    "  classDef job stroke-dasharray: 4 3",
    `  class ${memberNames
      .filter((name) => members[name].kind === "job")
      .map(id)
      .join(",")} job`,
  ].join("\n");
}

function subgraph(group: string, title: string): string[] {
  const inside = memberNames.filter((name) => groupOf[name] === group);
  return [
    `  subgraph ${group}_group["${title}"]`,
    ...inside.map((name) => `    ${id(name)}["${members[name].title}"]`),
    "  end",
  ];
}

/** What is drawn as one line: the ports by which one member dials another. */
interface Line {
  readonly from: ServiceName;
  readonly to: ServiceName;
  readonly ports: readonly string[];
}

function merged(all: readonly Arrow[]): readonly Line[] {
  const lines = new Map<string, Line>();
  for (const { from, to, port } of all) {
    const key = `${from} ${to}`;
    lines.set(key, { from, to, ports: [...(lines.get(key)?.ports ?? []), port] });
  }
  return [...lines.values()];
}

/** The port is written where a member has several; measuring is dotted, being much and not what the platform is there for. */
function line({ from, to, ports }: Line): string {
  if (groupOf[from] === "observability") return `  ${id(from)} -.-> ${id(to)}`;
  return `  ${id(from)} -->${hasSeveralPorts(to) ? `|${ports.join(", ")}|` : ""} ${id(to)}`;
}

const hasSeveralPorts = (member: ServiceName): boolean =>
  new Set(
    arrows
      .filter(({ from, to }) => to === member && groupOf[from] !== "observability")
      .map(({ port }) => port),
  ).size > 1;
