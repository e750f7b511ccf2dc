import type { AlertGroup } from "./model";

/** Whether the services work, of every kind alike. */
export const services: AlertGroup = {
  name: "semblance-alerts-services",
  needs: [],
  alerts: [
    {
      name: "ServiceDown",
      expr: "semblance_service_up == 0",
      for: "1m",
      severity: "critical",
      summary: "{{ $labels.service }} does not work",
      description: "Its own metrics say so, or have not come in for more than a minute.",
    },
    {
      name: "ScrapeFails",
      expr: "up == 0",
      for: "5m",
      severity: "warning",
      summary: "Prometheus gets no metrics of {{ $labels.job }}",
      description: "The service may work, but nothing is known of it: its other alerts cannot fire.",
    },
  ],
};

/** The certificates that the stack gave out, by the ends that the program knows: see `certificates.ts`. */
export const certificates: AlertGroup = {
  name: "semblance-alerts-certificates",
  needs: [],
  alerts: [
    {
      name: "CertificateExpiresSoon",
      expr: "semblance_certificate_not_after_timestamp_seconds - time() < 21 * 86400",
      for: "15m",
      severity: "warning",
      summary: "The certificate {{ $labels.certificate }} ends in {{ $value | humanizeDuration }}",
      description:
        "Any `npm run up` renews certificates from 30 days before their end on; none has run since.",
    },
    {
      name: "CertificateExpires",
      expr: "semblance_certificate_not_after_timestamp_seconds - time() < 3 * 86400",
      for: "5m",
      severity: "critical",
      summary: "The certificate {{ $labels.certificate }} ends in {{ $value | humanizeDuration }}",
      description: "After its end every client refuses to talk to the service.",
    },
  ],
};

/** Prometheus itself: who watches must work. */
export const prometheus: AlertGroup = {
  name: "semblance-alerts-prometheus",
  needs: [],
  alerts: [
    {
      name: "RuleEvaluationFails",
      expr: "sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total[10m])) > 0",
      for: "5m",
      severity: "warning",
      summary: "Rules of {{ $labels.rule_group }} cannot be evaluated",
      description: "The states on the home page or the alerts of this group are not known.",
    },
    {
      name: "MetricsStoreFails",
      expr:
        "increase(prometheus_tsdb_compactions_failed_total[3h]) > 0 or increase(prometheus_tsdb_wal_writes_failed_total[1h]) > 0 " +
        "or increase(prometheus_tsdb_wal_corruptions_total[1h]) > 0",
      for: "5m",
      severity: "critical",
      summary: "Prometheus cannot keep its data",
      description: "Its volume is full or damaged. Metrics are being lost, and with them alerts.",
    },
  ],
};

/** The way of an alert to a person. */
export const alerting: AlertGroup = {
  name: "semblance-alerts-alerting",
  needs: ["alertmanager"],
  alerts: [
    {
      name: "AlertsNotDelivered",
      expr:
        "increase(prometheus_notifications_errors_total[5m]) > 0 or increase(prometheus_notifications_dropped_total[5m]) > 0 " +
        "or prometheus_notifications_alertmanagers_discovered < 1",
      for: "5m",
      severity: "critical",
      summary: "Prometheus cannot give its alerts to Alertmanager",
      description: "Nobody is told of anything; look at the alerts in Prometheus.",
    },
    {
      name: "NotificationsFail",
      expr: "sum by (integration) (increase(alertmanager_notifications_failed_total[10m])) > 0",
      for: "5m",
      severity: "warning",
      summary: "Alertmanager cannot notify by {{ $labels.integration }}",
      description: "The receiver that the configuration names refuses or cannot be reached.",
    },
  ],
};
