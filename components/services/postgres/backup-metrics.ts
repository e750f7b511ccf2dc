import type { ServiceState } from "../../core/metrics";

const gauge = (description: string) => ({ usage: "GAUGE", description });

/**
 * What the exporter of PostgreSQL asks besides: the table into which the backups write what lies on their volume. So nobody
 * has to listen for Prometheus, and the figures come over a way that is encrypted and has a login already.
 */
export const BACKUP_QUERIES = {
  semblance_backup: {
    query: "SELECT * FROM semblance.backups",
    metrics: [
      { database: { usage: "LABEL", description: "Name of the database." } },
      {
        last_success_timestamp_seconds: gauge("Time of the data in the newest good backup; 0 without one."),
      },
      { last_try_timestamp_seconds: gauge("When the last try began; 0 before the first.") },
      { failures: gauge("Tries that failed since the last good one.") },
      { size_bytes: gauge("Size of the newest good backup.") },
      { duration_seconds: gauge("Time that the newest good backup took.") },
      { copies: gauge("Backups on the volume.") },
      { interval_seconds: gauge("How often a backup is due.") },
      { seen_timestamp_seconds: gauge("When the loop last told how it stands.") },
    ],
  },
} as const;

/** The loop tells how it stands every minute. */
export const BACKUP_STATE: ServiceState = {
  service: "postgres-backup",
  expression: "time() - max(semblance_backup_seen_timestamp_seconds) < bool 300",
};
