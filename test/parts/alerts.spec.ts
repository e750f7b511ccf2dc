import assert from "node:assert/strict";
import type { ScrapeTarget } from "../../components/core/metrics";
import { alertmanagerSpec } from "../../components/services/alertmanager";
import { prometheusSpec } from "../../components/services/prometheus";
import { type Alert, alertGroups, rulesFile, runbookPage } from "../../components/services/prometheus/rules";
import { memberNames } from "../../components/topology";
import { executeOk } from "../support/engine";
import { connection } from "../support/samples";
import { until } from "../support/until";
import { type Case, CERTIFICATES, coreCases, type Series } from "./alerts-cases";
import { fullCases, nodeCases } from "./alerts-cases-full";
import { NetworkBench } from "./network-bench";
import { SUBNETS } from "./subnets";
import { leafOf, login } from "../engine/gateway-bench";
import { ThrowAwayAuthority } from "../engine/gateway-pki";

const cases = [...coreCases, ...fullCases];
const RULES = "/etc/semblance/rules.yml";
const TESTS = "/etc/semblance/tests.yml";
const alerts = new Map(alertGroups.flatMap((group) => group.alerts).map((alert) => [alert.name, alert]));

const rules = rulesFile({
  states: [{ service: "redis", expression: "redis_up" }],
  certificates: CERTIFICATES,
  present: new Set(memberNames),
});

/** What promtool must find of one alert: nothing, or one for each of these labels and summaries. */
function expectation(
  alert: Alert,
  minutes: number,
  ...found: readonly Pick<Case, "labels" | "summary">[]
): object {
  const expected = found.map(({ labels, summary }) => ({
    exp_labels: { severity: alert.severity, ...labels },
    exp_annotations: {
      summary,
      description: alert.description,
      runbook: `docs/runbooks/${runbookPage(alert)}.md`,
    },
  }));
  return { eval_time: `${minutes}m`, alertname: alert.name, exp_alerts: expected };
}

const seriesOf = (series: Series): object[] =>
  Object.entries(series).map(([name, values]) => ({ series: name, values }));

function testsOf(one: Case): object[] {
  const alert = alerts.get(one.alert);
  assert.ok(alert, `there is no alert ${one.alert}`);
  const at = one.after ?? 30;
  return [
    {
      interval: "1m",
      input_series: seriesOf(one.fires),
      alert_rule_test: [expectation(alert, at, one)],
    },
    { interval: "1m", input_series: seriesOf(one.quiet), alert_rule_test: [expectation(alert, at)] },
  ];
}

/** After one hour, and after three. */
function certificateTests(): object[] {
  const [soon, now] = [alerts.get("CertificateExpiresSoon"), alerts.get("CertificateExpires")];
  assert.ok(soon && now);
  const left = (certificate: string, time: string) => ({
    labels: { certificate },
    summary: `The certificate ${certificate} ends in ${time}`,
  });
  const expected = [
    expectation(soon, 60, left("redis", "3d 1h 0m 0s")),
    expectation(now, 60),
    expectation(soon, 180, left("postgres", "20d 23h 0m 0s"), left("redis", "2d 23h 0m 0s")),
    expectation(now, 180, left("redis", "2d 23h 0m 0s")),
  ];
  return [{ interval: "1m", input_series: [], alert_rule_test: expected }];
}

describe("alerts", function () {
  this.timeout(120_000);
  const bench = new NetworkBench("t-alerts", SUBNETS.alerts);
  before(() => bench.open());
  after(() => bench.close());

  it("fire for their reason and are quiet without it, each of them", async () => {
    const certificates = ["CertificateExpiresSoon", "CertificateExpires"];
    const tried = [...cases.map(({ alert }) => alert), ...certificates];
    assert.deepEqual([...tried].sort(), [...alerts.keys()].sort(), "each alert has a case");
    const tests = [...[...cases, ...nodeCases].flatMap(testsOf), ...certificateTests()];
    const files = {
      [RULES]: JSON.stringify(rules),
      [TESTS]: JSON.stringify({ rule_files: [RULES], evaluation_interval: "1m", tests }),
    };
    const { code, said } = await bench.job("promtool", {
      image: "prometheus",
      command: ["sh", "-c", `promtool check rules ${RULES} && promtool test rules ${TESTS}`],
      files,
      user: { uid: 65534, gid: 65534 },
      writable: ["/tmp"],
      resources: { cpu: 2, memoryMiB: 512 },
    });
    assert.equal(code, 0, said);
    assert.match(said, new RegExp(`SUCCESS: ${alerts.size + 1 + CERTIFICATES.length} rules found`));
  });

  it("reach Alertmanager over TLS with a login; without one nobody comes in", async () => {
    const pki = new ThrowAwayAuthority();
    const trust = { caCertificate: pki.ca };
    const sender = login("prometheus", "sender-password");
    const alertmanager = alertmanagerSpec({
      leaf: leafOf(pki.issue("alertmanager", "localhost")),
      trust,
      listen: ["0.0.0.0"],
      clients: [sender],
      probe: login("probe", "am-probe"),
      receiver: { kind: "none" },
      url: "https://alertmanager.semblance.localhost:8443",
    });
    const to = { ...connection("alertmanager", "https", 9093), trust, login: sender };
    const target: ScrapeTarget = {
      connection: to,
      path: "/metrics",
      credential: { kind: "basic", login: sender },
    };
    const prometheus = prometheusSpec({
      leaf: leafOf(pki.issue("prometheus", "localhost")),
      trust,
      listen: ["0.0.0.0"],
      readers: [],
      probe: login("probe", "prometheus-probe"),
      targets: [target],
      states: [{ service: "alertmanager", expression: 'up{job="alertmanager"}' }],
      retentionDays: 1,
      present: new Set(memberNames),
      alertmanager: to,
      url: "https://prometheus.semblance.localhost:8443",
      certificates: CERTIFICATES,
    });
    const { id: receiver } = await bench.start("alertmanager", 2, alertmanager);
    const { id } = await bench.start("prometheus", 3, prometheus);
    await executeOk(id, ["promtool", "check", "config", "/etc/semblance/prometheus.yml"]);
    await executeOk(receiver, ["amtool", "check-config", "/etc/semblance/alertmanager.yml"]);
    const ask = (expression: string) =>
      executeOk(id, [
        "promtool",
        "query",
        "instant",
        "--http.config.file=/etc/semblance/probe.yml",
        "https://localhost:9090",
        expression,
      ]);
    // The certificate of the test ended in 1970: its alerts are pending at once.
    const wanted = ['up{job="alertmanager"} == 1', 'ALERTS{alertname="CertificateExpires"}'];
    for (const expression of wanted) {
      await until(
        { what: expression, limitSeconds: 60, everySeconds: 1 },
        async () => (await ask(expression)).trim() !== "",
      );
    }
    assert.match(await ask("prometheus_notifications_alertmanagers_discovered"), / 1 @/);
    const stranger = ["amtool", "alert", "query", "--alertmanager.url=https://localhost:9093"];
    await assert.rejects(executeOk(receiver, stranger), /certificate|401|Unauthorized/);
  });
});
