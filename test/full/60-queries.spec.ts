import assert from "node:assert/strict";
import { z } from "zod";
import { type ListedQuery, queriesOf } from "../../components/services/grafana/dashboards";
import { alertGroupsOf } from "../../components/services/prometheus/rules";
import { authority, login, urls } from "../support/facts";
import { Jaeger } from "../support/jaeger";
import { Loki } from "../support/loki";
import { present } from "../support/present";
import { Prometheus } from "../support/prometheus";
import { prerequisitesOf, withoutVariables } from "../support/queries";
import { until } from "../support/until";

const HOURS = 3;
const members = present();
const listed = queriesOf(members);
const rangeSchema = z.object({ data: z.object({ result: z.array(z.unknown()) }) });
const listSchema = z.object({ data: z.array(z.unknown()) });

/** What is wrong with each of some queries, asked again for a minute: figures of what has just begun come late. */
async function allAnswered(
  queries: readonly ListedQuery[],
  count: (expr: string) => Promise<number>,
): Promise<void> {
  assert.ok(queries.length > 0, "there are no queries");
  let problems: string[] = [];
  const ask = async ({ dashboard, panel, expr, mayBeEmpty }: ListedQuery): Promise<string[]> => {
    const where = `${dashboard} / ${panel}: ${expr}`;
    try {
      const found = await count(withoutVariables(expr));
      return found > 0 || mayBeEmpty !== undefined ? [] : [`${where}\n    has never had a series`];
    } catch (error) {
      return [`${where}\n    ${error instanceof Error ? error.message : String(error)}`];
    }
  };
  const look = async (): Promise<boolean> => {
    problems = (await Promise.all(queries.map(ask))).flat();
    return problems.length === 0;
  };
  await until({ what: "all queries", limitSeconds: 60, everySeconds: 5 }, look).catch(() => undefined);
  assert.deepEqual(problems, [], `\n  ${problems.join("\n  ")}`);
}

describe("every query of every panel and alert", function () {
  this.timeout(180_000);
  let prometheus: Prometheus;
  let jaeger: Jaeger | undefined;

  before(async () => {
    const [ca, url, operator] = [await authority(), await urls(), await login("operator")];
    prometheus = new Prometheus(url("prometheus"), ca, operator);
    if (members.has("jaeger")) jaeger = new Jaeger(url("jaeger"), ca, operator);
  });

  const of = (datasource: ListedQuery["datasource"]) =>
    listed.filter((query) => query.datasource === datasource);

  it("of panels to Prometheus is answered, and has had a series", async () => {
    await allAnswered(of("prometheus"), async (query) => {
      const now = Math.floor(Date.now() / 1000);
      const parameters = new URLSearchParams({
        query,
        start: String(now - HOURS * 3600),
        end: String(now),
        step: "60",
      });
      const text = await prometheus.text(`/api/v1/query_range?${parameters.toString()}`);
      return rangeSchema.parse(JSON.parse(text)).data.result.length;
    });
  });

  it("of alerts is answered, and has the series that it needs to fire", async () => {
    const alerts = alertGroupsOf(members).flatMap((group) => group.alerts);
    const problems: string[] = [];
    for (const alert of alerts) {
      await prometheus.text(`/api/v1/query?query=${encodeURIComponent(alert.expr)}`);
      for (const selector of prerequisitesOf(alert)) {
        const text = await prometheus.text(`/api/v1/series?limit=1&match[]=${encodeURIComponent(selector)}`);
        const { data } = listSchema.parse(JSON.parse(text));
        if (data.length === 0) problems.push(`${alert.name}: ${selector} has never had a series`);
      }
    }
    assert.deepEqual(problems, []);
  });

  it("of alerts is loaded as a rule, and no rule fails", async () => {
    const text = await prometheus.text("/api/v1/rules?type=alert");
    const { data } = z
      .object({
        data: z.object({
          groups: z.array(
            z.looseObject({ rules: z.array(z.looseObject({ name: z.string(), health: z.string() })) }),
          ),
        }),
      })
      .parse(JSON.parse(text));
    const rules = data.groups.flatMap((group) => group.rules);
    const wanted = alertGroupsOf(members).flatMap(({ alerts }) => alerts.map(({ name }) => name));
    assert.deepEqual(rules.map(({ name }) => name).sort(), [...wanted].sort());
    assert.deepEqual(
      rules.filter(({ health }) => health === "err"),
      [],
    );
  });

  it("of panels to Loki is answered, and has had lines", async function () {
    if (!members.has("loki")) {
      console.log("      skipped: loki is not part of this stack");
      this.skip();
    }
    const loki = await Loki.start();
    try {
      await allAnswered(of("loki"), (query) => loki.count(query, HOURS));
    } finally {
      await loki.stop();
    }
  });

  it("of panels to Jaeger is answered", async function () {
    if (jaeger === undefined) {
      console.log("      skipped: jaeger is not part of this stack");
      return this.skip();
    }
    const asked = jaeger;
    await allAnswered(of("jaeger"), async (service) => (await asked.traces(service, HOURS)).length);
  });
});
