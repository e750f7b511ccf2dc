import assert from "node:assert/strict";
import { z } from "zod";
import { docker, serverOf } from "../support/engine";
import { authority, login, urls } from "../support/facts";
import { fetchFrom } from "../support/https";
import { present } from "../support/present";
import { Prometheus } from "../support/prometheus";
import { until } from "../support/until";

/** Without it nothing is known of Redis, which is as good as down; nobody else needs it. */
const STOPPED = "redis-exporter";
const SERVICE = "redis";

const alertsSchema = z.array(
  z.looseObject({
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    status: z.looseObject({ state: z.string() }),
  }),
);

describe("an alert: a service stops, somebody is told; it starts, and the alert goes", function () {
  this.timeout(300_000);
  let prometheus: Prometheus;
  let ask: ((path: string) => Promise<unknown>) | undefined;

  before(async () => {
    const [ca, url, operator] = [await authority(), await urls(), await login("operator")];
    prometheus = new Prometheus(url("prometheus"), ca, operator);
    if (!present().has("alertmanager")) return;
    const alertmanager = url("alertmanager");
    ask = async (path) => {
      const { status, body } = await fetchFrom(new URL(path, alertmanager), { ca, login: operator });
      assert.equal(status, 200, `${path}: ${String(body)}`);
      return JSON.parse(body.toString("utf8"));
    };
  });
  after(async () => {
    const { Id, State } = await serverOf(STOPPED);
    if (!State.Running) await docker.getContainer(Id).start();
  });

  const state = (name: "pending" | "firing") =>
    prometheus.value(`ALERTS{alertname="ServiceDown",service="${SERVICE}",alertstate="${name}"}`);

  /** The alert as Alertmanager has it; without an Alertmanager as Prometheus has it. */
  async function told(): Promise<boolean> {
    if (ask === undefined) return (await state("firing")) === 1;
    const alerts = alertsSchema.parse(await ask("/api/v2/alerts?active=true"));
    const found = alerts.find(
      ({ labels }) => labels["alertname"] === "ServiceDown" && labels["service"] === SERVICE,
    );
    if (found === undefined) return false;
    assert.equal(found.labels["severity"], "critical");
    assert.equal(found.annotations["summary"], `${SERVICE} does not work`);
    assert.equal(found.annotations["runbook"], "docs/runbooks/service-down.md");
    if (present().has("docs"))
      assert.match(found.annotations["runbook_url"] ?? "", /^https:.*service-down\.html$/);
    return true;
  }

  it("is quiet while all is well", async () => {
    assert.equal(await prometheus.value(`semblance_service_up{service="${SERVICE}"}`), 1);
    assert.ok(!(await told()));
  });

  it("is pending, and then fires", async () => {
    await docker.getContainer((await serverOf(STOPPED)).Id).stop();
    await until(
      { what: "a pending alert", limitSeconds: 60, everySeconds: 1 },
      async () => (await state("pending")) === 1,
    );
    await until({ what: "the alert at Alertmanager", limitSeconds: 120, everySeconds: 1 }, told);
  });

  it("goes when the service is back", async () => {
    await docker.getContainer((await serverOf(STOPPED)).Id).start();
    await until(
      { what: "the end of the alert", limitSeconds: 90, everySeconds: 1 },
      async () => (await state("firing")) === 0 && !(await told()),
    );
  });
});
