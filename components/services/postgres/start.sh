#!/bin/sh
# Starts PostgreSQL on a volume that may be empty, half initialised by a start that was killed, or of an older version.
set -eu
data=/var/lib/postgresql/data
PGDATA=$data/pgdata
export PGDATA
major=$(postgres --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')

if [ -s "$PGDATA/PG_VERSION" ]; then
  found=$(cat "$PGDATA/PG_VERSION")
  if [ "$found" != "$major" ]; then
    echo "postgres: the data volume was written by PostgreSQL $found, and this is $major. Nothing was changed." >&2
    echo "postgres: go back to an image of PostgreSQL $found, dump with pg_dumpall, and load the dump into a new volume (docs/troubleshooting.md)." >&2
    exit 64
  fi
else
  # Made beside its place and moved when whole, so that a kill in between leaves nothing that looks like a database.
  rm -rf "$data/new"
  initdb --pgdata="$data/new" --username=postgres --pwfile=/etc/semblance/secrets/superuser-password \
    --auth-local=peer --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --data-checksums
  rm -rf "$PGDATA"
  mv "$data/new" "$PGDATA"
fi

# PostgreSQL refuses a key that others may read, and files that are mounted belong to root.
install -m 0600 /etc/semblance/tls/server.key /run/postgresql/server.key
exec postgres -c config_file=/etc/semblance/postgresql.conf
