#!/bin/sh
# Gives a client a role and a database of its own, as often as it is run. The password comes from a file and reaches the
# server as a verifier only because the server logs no statements of this session.
set -eu
secret() { cat "/etc/semblance/secrets/$1"; }
PGPASSWORD=$(secret superuser-password)
OWNER_PASSWORD=$(secret owner-password)
export PGPASSWORD OWNER_PASSWORD
export PGSSLMODE=verify-full PGSSLROOTCERT=/etc/semblance/tls/ca.crt PGUSER=postgres
# A superuser keeps what it sends out of the server's log. Nobody is one on a managed server, which gets verifiers in place of
# passwords.
PGOPTIONS='-c client_min_messages=warning'
[ -n "${MANAGED-}" ] || PGOPTIONS="$PGOPTIONS -c log_min_error_statement=panic -c log_statement=none"
export PGOPTIONS

READER_PASSWORD=$([ -z "${READER-}" ] || secret reader-password)
export READER_PASSWORD
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname=postgres --output=/dev/null <<'SQL'
-- Jobs run side by side, and PostgreSQL refuses two changes of one catalogue row at a time.
SELECT pg_advisory_lock(hashtext('semblance-setup'));
\getenv name DATABASE
\getenv password OWNER_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
-- A new role has none of these, and only a superuser may name them.
SELECT format('ALTER ROLE %I WITH NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', rolname) FROM pg_roles
  WHERE rolname = :'name' AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls) \gexec
ALTER ROLE :"name" WITH LOGIN PASSWORD :'password';
-- Whoever is no superuser must be in a role to make a database for it.
SELECT format('GRANT %I TO CURRENT_USER', :'name') FROM pg_roles WHERE rolname = current_user AND NOT rolsuper \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name", postgres, template1 FROM PUBLIC;
GRANT ALL ON DATABASE :"name" TO :"name";
\set reader ''
\getenv reader READER
SELECT :'reader' <> '' AS has_reader \gset
\if :has_reader
\getenv reader_password READER_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', :'reader') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'reader') \gexec
SELECT format('ALTER ROLE %I WITH NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', rolname) FROM pg_roles
  WHERE rolname = :'reader' AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls) \gexec
ALTER ROLE :"reader" WITH LOGIN PASSWORD :'reader_password';
ALTER ROLE :"reader" SET default_transaction_read_only = on;
GRANT CONNECT ON DATABASE :"name" TO :"reader";
\endif
SQL

[ -n "${READER-}" ] || exit 0
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname="$DATABASE" <<'SQL'
\getenv reader READER
GRANT USAGE ON SCHEMA public TO :"reader";
SQL
