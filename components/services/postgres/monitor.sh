#!/bin/sh
# Gives a client a role that may read statistics, and the rows of $DATABASES, and change nothing; as often as it is run.
set -eu
PGPASSWORD=$(cat /etc/semblance/secrets/superuser-password)
MONITOR_PASSWORD=$(cat /etc/semblance/secrets/monitor-password)
export PGPASSWORD MONITOR_PASSWORD
export PGSSLMODE=verify-full PGSSLROOTCERT=/etc/semblance/tls/ca.crt PGUSER=postgres
# A superuser keeps what it sends out of the server's log. Nobody is one on a managed server, which gets verifiers in place of
# passwords.
PGOPTIONS='-c client_min_messages=warning'
[ -n "${MANAGED-}" ] || PGOPTIONS="$PGOPTIONS -c log_min_error_statement=panic -c log_statement=none"
export PGOPTIONS

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname=postgres --output=/dev/null <<'SQL'
-- Jobs run side by side, and PostgreSQL refuses two changes of one catalogue row at a time.
SELECT pg_advisory_lock(hashtext('semblance-setup'));
\getenv name MONITOR
\getenv password MONITOR_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
-- A new role has none of these, and only a superuser may name them.
SELECT format('ALTER ROLE %I WITH NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', rolname) FROM pg_roles
  WHERE rolname = :'name' AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls) \gexec
ALTER ROLE :"name" WITH LOGIN PASSWORD :'password';
GRANT pg_monitor TO :"name";
GRANT CONNECT ON DATABASE postgres TO :"name";
SQL

for database in $DATABASES; do
  DATABASE=$database psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname=postgres --output=/dev/null <<'SQL'
\getenv name MONITOR
\getenv database DATABASE
GRANT CONNECT ON DATABASE :"database" TO :"name";
SELECT format('GRANT pg_read_all_data TO %I', :'name') FROM pg_roles WHERE rolname = current_user AND rolsuper \gexec
SQL
  [ -n "${MANAGED-}" ] || continue
  # A managed server may keep that role to itself: each database is opened by its owner, with the tables that will be there.
  psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname="$database" --output=/dev/null <<'SQL'
\getenv name MONITOR
GRANT USAGE ON SCHEMA public TO :"name";
GRANT SELECT ON ALL TABLES IN SCHEMA public TO :"name";
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT SELECT ON TABLES TO %I', pg_get_userbyid(datdba), :'name')
  FROM pg_database WHERE datname = current_database() \gexec
SQL
done
