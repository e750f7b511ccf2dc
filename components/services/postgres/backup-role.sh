#!/bin/sh
# Gives the backups a role that may read every row and change none, and the table in which they tell of themselves; as often
# as it is run. Who reads statistics may read that table.
set -eu
PGPASSWORD=$(cat /etc/semblance/secrets/superuser-password)
BACKUP_PASSWORD=$(cat /etc/semblance/secrets/backup-password)
export PGPASSWORD BACKUP_PASSWORD
export PGSSLMODE=verify-full PGSSLROOTCERT=/etc/semblance/tls/ca.crt PGUSER=postgres
export PGOPTIONS='-c log_min_error_statement=panic -c log_statement=none -c client_min_messages=warning'

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname=postgres --output=/dev/null <<'SQL'
-- Jobs run side by side, and PostgreSQL refuses two changes of one catalogue row at a time.
SELECT pg_advisory_lock(hashtext('semblance-setup'));
\getenv name BACKUP
\getenv password BACKUP_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
GRANT pg_read_all_data TO :"name";
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', datname, :'name') FROM pg_database WHERE datallowconn AND NOT datistemplate \gexec
CREATE SCHEMA IF NOT EXISTS semblance;
CREATE TABLE IF NOT EXISTS semblance.backups (
  database text PRIMARY KEY,
  last_success_timestamp_seconds double precision NOT NULL,
  last_try_timestamp_seconds double precision NOT NULL,
  failures double precision NOT NULL,
  size_bytes double precision NOT NULL,
  duration_seconds double precision NOT NULL,
  copies double precision NOT NULL,
  interval_seconds double precision NOT NULL,
  seen_timestamp_seconds double precision NOT NULL
);
GRANT USAGE ON SCHEMA semblance TO :"name", pg_monitor;
GRANT SELECT, INSERT, DELETE ON semblance.backups TO :"name";
GRANT SELECT ON semblance.backups TO pg_monitor;
SQL
