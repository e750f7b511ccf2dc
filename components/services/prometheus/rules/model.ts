import type { ServiceName } from "../../../topology";

/** Whether a service works: PromQL that is 1, or 0 or nothing. */
export interface State {
  readonly service: string;
  readonly expression: string;
}

/** `critical`: people cannot work, or data is in danger; look now. `warning`: it will come to that; look today. */
export type Severity = "critical" | "warning";

/** An alert rule. Its runbook is `docs/runbooks/<name in kebab-case>.md`. */
export interface Alert {
  /** In PascalCase, as Prometheus' own ones. */
  readonly name: string;
  /** PromQL; there is an alert for each series of its result. */
  readonly expr: string;
  /** Metrics of the expression that begin with the first failure, so that a system without one has no series of them. */
  readonly beginsWithFailure?: readonly string[];
  /** How long it must hold. */
  readonly for: `${number}${"s" | "m" | "h"}`;
  readonly severity: Severity;
  /** One line, shown in the list of alerts; may use `{{ $labels.x }}` and `{{ $value }}`. */
  readonly summary: string;
  /** What it means for people who use the platform. */
  readonly description: string;
}

/** Alerts that make sense where certain services are scraped. */
export interface AlertGroup {
  readonly name: string;
  /** Jobs whose series the expressions use. The group is there when all of them are. */
  readonly needs: readonly ServiceName[];
  readonly alerts: readonly Alert[];
}

/** Name of an alert's page: `ServiceDown` has `service-down`. */
export const runbookPage = (alert: Pick<Alert, "name">): string =>
  alert.name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
