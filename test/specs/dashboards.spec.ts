import assert from "node:assert/strict";
import { z } from "zod";
import { dashboardFiles, dashboards, queriesOf } from "../../components/services/grafana/dashboards";
import { memberNames, members, membersOf, type ServiceName } from "../../components/topology";
import { prerequisitesOf, selectorsOf, withoutVariables } from "../support/queries";

const everything = new Set(memberNames);
const core = membersOf({ profile: "core", development: false });

const targetSchema = z.looseObject({
  refId: z.string(),
  datasource: z.object({ type: z.string(), uid: z.string() }),
  expr: z.string().optional(),
  service: z.string().optional(),
});
const panelSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  targets: z.array(targetSchema).optional(),
});
const dashboardSchema = z.looseObject({
  uid: z.string().regex(/^semblance-[a-z]+$/),
  title: z.string(),
  editable: z.literal(false),
  panels: z.array(panelSchema),
});

const parsed = (present: ReadonlySet<ServiceName>) =>
  Object.entries(dashboardFiles(present)).map(([name, text]) => ({
    name,
    dashboard: dashboardSchema.parse(JSON.parse(text)),
  }));

describe("dashboards", () => {
  it("are files that Grafana reads, each under its own name and address", () => {
    const files = parsed(everything);
    assert.deepEqual(files.map(({ name }) => name).sort(), dashboards.map(({ uid }) => `${uid}.json`).sort());
    for (const { name, dashboard } of files) assert.equal(name, `${dashboard.uid}.json`);
    assert.equal(new Set(files.map(({ dashboard }) => dashboard.title)).size, files.length);
  });

  it("ask what the list of queries says, of data sources that are provisioned, in panels that do not overlap", () => {
    const asked: string[] = [];
    for (const { dashboard } of parsed(everything)) {
      const used = new Set<string>();
      for (const panel of dashboard.panels) {
        const { x, y, w, h } = panel.gridPos;
        assert.ok(x + w <= 24, `${dashboard.title}: ${panel.title} is too wide`);
        for (let column = x; column < x + w; column += 1)
          for (let line = y; line < y + h; line += 1) {
            assert.ok(!used.has(`${column},${line}`), `${dashboard.title}: ${panel.title} covers another`);
            used.add(`${column},${line}`);
          }
        for (const { datasource, expr, service, refId } of panel.targets ?? []) {
          assert.match(refId, /^[A-Z]$/);
          assert.equal(datasource.type, datasource.uid);
          asked.push(`${dashboard.title}|${datasource.uid}|${expr ?? service ?? ""}`);
        }
      }
    }
    const listed = queriesOf(everything).map((one) => `${one.dashboard}|${one.datasource}|${one.expr}`);
    assert.deepEqual(asked.sort(), listed.sort());
    assert.ok(listed.length > 100, `${listed.length} queries`);
  });

  it("are there for what the stack has: core has no panel of what it does not run", () => {
    const titles = parsed(core).map(({ dashboard }) => dashboard.title);
    assert.deepEqual(titles.sort(), ["Gateway", "Labelling", "Overview", "Stores", "Telemetry"]);
    assert.ok(queriesOf(core).every(({ datasource }) => datasource === "prometheus"));
    const needed = new Set(dashboards.flatMap(({ rows }) => rows.flatMap(({ needs }) => needs)));
    for (const service of needed) assert.equal(members[service].kind, "server");
  });

  it("cover every group of services", () => {
    const needed = new Set(dashboards.flatMap(({ rows }) => rows.flatMap(({ needs }) => needs)));
    const wanted: ServiceName[] = ["gateway", "label-studio-exporter", "postgres-exporter", "redis-exporter"];
    wanted.push("minio", "elasticsearch-exporter", "weaviate", "ollama", "mlflow", "jupyter", "loki");
    wanted.push("jaeger", "otel-collector", "container-exporter", "alertmanager");
    for (const service of wanted) assert.ok(needed.has(service), service);
  });

  it("use no variable but those that a test can put values to", () => {
    for (const { expr } of queriesOf(everything)) assert.doesNotMatch(withoutVariables(expr), /\$/);
    assert.throws(() => withoutVariables("rate(x[$window])"), /\$window/);
  });
});

describe("the selectors of an expression", () => {
  it("are found among functions, keywords, labels, strings and ranges", () => {
    assert.deepEqual(
      selectorsOf(
        'sum by (a, le) (rate(x_total{b="c, d{e}",f=~"5.."}[5m])) / on (a) group_left (g) max(y) > bool 0.5 unless z:sum == 1e3',
      ),
      ['x_total{b="c, d{e}",f=~"5.."}', "y", "z:sum"],
    );
    assert.deepEqual(selectorsOf("max(up) or vector(0)"), ["up"]);
  });

  it("lose what only the bad case has where they are prerequisites", () => {
    const alert = {
      name: "A",
      expr: 'sum(rate(x{server="public",code=~"5.."}[5m])) > 0 and rate(y_total[5m]) > 0',
      beginsWithFailure: ["y_total"],
      for: "1m",
      severity: "warning",
      summary: "",
      description: "",
    } as const;
    assert.deepEqual(prerequisitesOf(alert), ['x{server="public"}']);
  });
});
