#!/bin/sh
# Gives a client a role that may read statistics, and the rows of $DATABASES, and change nothing; as often as it is run.
set -eu
PGPASSWORD=$(cat /etc/semblance/secrets/superuser-password)
MONITOR_PASSWORD=$(cat /etc/semblance/secrets/monitor-password)
export PGPASSWORD MONITOR_PASSWORD
export PGSSLMODE=verify-full PGSSLROOTCERT=/etc/semblance/tls/ca.crt PGUSER=postgres
export PGOPTIONS='-c log_min_error_statement=panic -c log_statement=none -c client_min_messages=warning'

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname=postgres --output=/dev/null <<'SQL'
-- Jobs run side by side, and PostgreSQL refuses two changes of one catalogue row at a time.
SELECT pg_advisory_lock(hashtext('semblance-setup'));
\getenv name MONITOR
\getenv password MONITOR_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
GRANT pg_monitor TO :"name";
GRANT CONNECT ON DATABASE postgres TO :"name";
SQL

for database in $DATABASES; do
  DATABASE=$database psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname=postgres --output=/dev/null <<'SQL'
\getenv name MONITOR
\getenv database DATABASE
GRANT CONNECT ON DATABASE :"database" TO :"name";
GRANT pg_read_all_data TO :"name";
SQL
done
