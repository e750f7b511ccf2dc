import assert from "node:assert/strict";
import { certificateRules } from "../../components/services/prometheus/rules/certificates";
import { alertGroups, alertGroupsOf, rulesFile } from "../../components/services/prometheus/rules";
import { memberNames, members, membersOf } from "../../components/topology";

interface Rule {
  readonly alert?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}
const rulesOf = (file: object): Rule[] =>
  (file as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);
const core = membersOf({ profile: "core", development: false });

describe("alert rules", () => {
  it("are there for what the stack has", () => {
    const names = (present: ReadonlySet<(typeof memberNames)[number]>) =>
      alertGroupsOf(present).map(({ name }) => name.replace("semblance-alerts-", ""));
    const expected = [
      "services",
      "certificates",
      "prometheus",
      "edge",
      "labelling",
      "postgres",
      "backups",
      "redis",
      "minio",
    ];
    assert.deepEqual(names(core), expected);
    assert.equal(names(new Set(memberNames)).length, alertGroups.length);
    const withoutLoki = new Set(memberNames.filter((name) => name !== "loki"));
    assert.ok(!names(withoutLoki).includes("logs") && names(withoutLoki).includes("traces"));
  });

  it("need servers, and say so for each service whose metrics they use", () => {
    for (const { name, needs } of alertGroups)
      for (const service of needs) assert.equal(members[service].kind, "server", name);
  });

  it("carry severity, summary, description and the way to the runbook", () => {
    const docsUrl = "https://docs.semblance.localhost:8443";
    const rules = rulesOf(rulesFile({ states: [], certificates: [], present: core, docsUrl }));
    const down = rules.find(({ alert }) => alert === "ServiceDown");
    assert.deepEqual(down?.labels, { severity: "critical" });
    assert.equal(down.annotations?.["runbook_url"], `${docsUrl}/runbooks/service-down.html`);
    assert.equal(down.annotations["runbook"], "docs/runbooks/service-down.md");
    for (const { alert, labels, annotations } of rules.filter((rule) => rule.alert !== undefined)) {
      assert.match(labels?.["severity"] ?? "", /^(critical|warning)$/, alert);
      assert.ok(annotations?.["summary"] && annotations["description"], alert);
    }
  });

  it("have no link where there is no documentation server", () => {
    for (const { annotations } of rulesOf(rulesFile({ states: [], certificates: [], present: core })))
      assert.ok(annotations?.["runbook_url"] === undefined);
  });

  it("know the end of each certificate as a time, and refuse what is none", () => {
    const rules = (notAfter: string) => certificateRules([{ certificate: "postgres", notAfter }]);
    assert.deepEqual(rulesOf({ groups: [rules("2027-01-01T00:00:00Z")] }), [
      {
        record: "semblance_certificate_not_after_timestamp_seconds",
        expr: "vector(1798761600)",
        labels: { certificate: "postgres" },
      },
    ]);
    assert.throws(() => rules("soon"), /not a time: soon/);
  });
});
