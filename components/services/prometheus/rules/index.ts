import type { ServiceName } from "../../../topology";
import { type CertificateEnd, certificateRules } from "./certificates";
import { coreGroups } from "./core";
import { fullGroups } from "./full";
import { type AlertGroup, runbookPage, type State } from "./model";
import { alerting, certificates, prometheus, services } from "./platform";

export type { CertificateEnd } from "./certificates";
export { EDGE_REQUESTS } from "./core";
export { type Alert, type AlertGroup, runbookPage, type Severity } from "./model";

/** All alerts that there are. */
export const alertGroups: readonly AlertGroup[] = [
  services,
  certificates,
  prometheus,
  alerting,
  ...coreGroups,
  ...fullGroups,
];

/** The alerts of a stack that has these services. */
export const alertGroupsOf = (present: ReadonlySet<ServiceName>): readonly AlertGroup[] =>
  alertGroups.filter(({ needs }) => needs.every((service) => present.has(service)));

/** What the rules of a stack are made of. */
export interface RulesArgs {
  readonly states: readonly State[];
  readonly certificates: readonly CertificateEnd[];
  readonly present: ReadonlySet<ServiceName>;
  /** Where people read `docs/`. Absent: an alert names the file of its runbook only. */
  readonly docsUrl?: string | undefined;
}

/** Prometheus' file of rules. JSON is valid YAML, and no character in it needs escaping that YAML would read otherwise. */
export function rulesFile({ states, certificates: ends, present, docsUrl }: RulesArgs): object {
  return {
    groups: [
      serviceStates(states),
      ...(ends.length === 0 ? [] : [certificateRules(ends)]),
      ...alertGroupsOf(present).map((group) => alertRules(group, docsUrl)),
    ],
  };
}

/** One series per service that says whether it works: what the home page shows and what alerts are made of. */
function serviceStates(states: readonly State[]): object {
  const rules = states.map(({ service, expression }) => ({
    record: "semblance_service_up",
    expr: `max(${expression}) or vector(0)`,
    labels: { service },
  }));
  return { name: "semblance-services", interval: "15s", rules };
}

function alertRules({ name, alerts }: AlertGroup, docsUrl: string | undefined): object {
  const rules = alerts.map((alert) => ({
    alert: alert.name,
    expr: alert.expr,
    for: alert.for,
    labels: { severity: alert.severity },
    annotations: {
      summary: alert.summary,
      description: alert.description,
      runbook: `docs/runbooks/${runbookPage(alert)}.md`,
      ...(docsUrl === undefined ? {} : { runbook_url: `${docsUrl}/runbooks/${runbookPage(alert)}.html` }),
    },
  }));
  return { name, rules };
}
