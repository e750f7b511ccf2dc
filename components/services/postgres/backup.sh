#!/bin/sh
# Backups of every database of the server, each as a folder of dumps on a volume of their own.
#   backup.sh loop      what the container runs: dumps what is due, and tells how it stands
#   backup.sh now       dumps every database at once
#   backup.sh list      what there is, each dump compared with its checksum
#   backup.sh healthy   exits with 0 while the loop is alive and no round is overdue
# A dump is under its own name only when it is whole: read back, with its checksum beside it, both written to the disk.
set -eu
umask 077
root=/var/lib/postgresql/data
retry=300
link="connect_timeout=10 keepalives_idle=15 keepalives_interval=5 keepalives_count=3 tcp_user_timeout=60000"
export PGSSLMODE=verify-full PGSSLROOTCERT=/etc/semblance/tls/ca.crt PGPASSFILE=/tmp/pgpass PGAPPNAME=postgres-backup

say() { echo "postgres-backup: $*" >&2; }
now() { date -u +%s; }
sql() { psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "dbname=postgres $link" "$@"; }

# libpq takes the password from a file that nobody else may read, and files that are mounted belong to root.
unlock() {
  printf '*:*:*:*:%s\n' "$(cat /etc/semblance/secrets/postgres-password)" >"/tmp/pgpass.$$"
  mv "/tmp/pgpass.$$" /tmp/pgpass
}

# Names become names of folders: what is not a letter, a digit, _ or - becomes #, and such a database is refused.
databases() {
  sql --command="SELECT regexp_replace(datname, '[^A-Za-z0-9_-]', '#', 'g') FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY 1"
}

# The dumps of a database, the newest first; each is called after the time of the data in it.
dumps() { find "$root/$1" -maxdepth 1 -name '*Z.dump' -printf '%f\n' 2>/dev/null | sort -r; }
newest() { dumps "$1" | head -n 1; }

# Seconds since 1970 of a dump such as 20261123T075407Z.dump; 0 for none.
time_of() {
  [ -n "$1" ] || { echo 0; return; }
  date -u +%s -d "$(echo "$1" | sed 's/^\(....\)\(..\)\(..\)T\(..\)\(..\)\(..\)Z.*/\1-\2-\3 \4:\5:\6/')"
}

# How the last try went: when it began, failures in a row, seconds that the last good one took.
read_state() {
  tried=0 failures=0 seconds=0
  [ ! -s "$root/$1/state" ] || read -r tried failures seconds <"$root/$1/state"
}
write_state() {
  echo "$2 $3 $4" >"$root/$1/state.new" && mv "$root/$1/state.new" "$root/$1/state"
}

# A dump is due an interval after the last good one, or a while after a failure. A clock that was set back makes it due.
due() {
  read_state "$1"
  time=$(now)
  [ "$tried" -le "$time" ] || return 0
  if [ "$failures" -gt 0 ]; then
    wait=$((failures * retry))
    [ "$wait" -lt "$EVERY_SECONDS" ] || wait=$EVERY_SECONDS
    [ "$wait" -lt 3600 ] || wait=3600
    [ "$time" -ge $((tried + wait)) ]
  else
    [ "$time" -ge $(($(time_of "$(newest "$1")") + EVERY_SECONDS)) ]
  fi
}

# Dumps a database into a file beside its place, reads all of it back, and moves it there once it is on the disk. Each step
# only after the one before: the shell looks at no exit status inside a condition.
dump() {
  case $1 in *'#'*) say "$1: a name with other characters than letters, digits, _ and - is not backed up"; return 1 ;; esac
  limit=$EVERY_SECONDS
  [ "$limit" -gt 3600 ] || limit=3600
  timeout "$limit" nice pg_dump --dbname="dbname=$1 $link" --no-password --format=custom --lock-wait-timeout=600s --file="$2.part" &&
    pg_restore --list "$2.part" >/dev/null &&
    nice pg_restore --file=/dev/null "$2.part" &&
    sum=$(sha256sum <"$2.part") &&
    echo "${sum%% *}  $(basename "$2")" >"$2.sha256.part" &&
    sync "$2.part" "$2.sha256.part" &&
    mv "$2.sha256.part" "$2.sha256" &&
    mv "$2.part" "$2" &&
    sync "$(dirname "$2")"
}

# One try at one database. Older dumps go only after a good new one.
back_up() {
  folder=$root/$1
  mkdir -p "$folder"
  began=$(now)
  name=$(date -u -d "@$began" +%Y%m%dT%H%M%SZ).dump
  read_state "$1"
  rm -f "$folder"/*.part
  if ! dump "$1" "$folder/$name"; then
    rm -f "$folder"/*.part
    write_state "$1" "$began" $((failures + 1)) "$seconds"
    say "$1: failed, $((failures + 1)) times in a row; the dumps before it stay"
    return 1
  fi
  write_state "$1" "$began" 0 $(($(now) - began))
  dumps "$1" | tail -n "+$((KEEP + 1))" | while read -r old; do rm -f "$folder/$old" "$folder/$old.sha256"; done
  say "$1: $name, $(stat -c %s "$folder/$name") bytes in $(($(now) - began)) s; $(dumps "$1" | wc -l) kept"
}

# Dumps the databases for which the command says so. Only one round runs at a time.
round() {
  names=$(databases) || { say "cannot ask PostgreSQL for its databases"; return 1; }
  worst=0
  for database in $names; do
    if "$@" "$database"; then back_up "$database" || worst=1; fi
  done
  return $worst
}
round_of_the_loop() {
  (
    flock --nonblock 9 || exit 0
    round due || :
    touch /tmp/round
    report || :
  ) 9>"$root/.lock"
}

# What the volume holds, as rows of the table that the exporter of PostgreSQL reads.
rows() {
  for database in $1; do
    read_state "$database"
    last=$(newest "$database")
    bytes=0
    [ -z "$last" ] || bytes=$(stat -c %s "$root/$database/$last")
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$database" "$(time_of "$last")" "$tried" "$failures" \
      "$bytes" "$seconds" "$(dumps "$database" | wc -l)" "$EVERY_SECONDS" "$(now)"
  done
}
report() {
  names=$(databases) || { say "cannot tell PostgreSQL how the backups stand"; return 1; }
  {
    echo 'BEGIN; LOCK TABLE semblance.backups IN SHARE ROW EXCLUSIVE MODE; DELETE FROM semblance.backups;'
    echo 'COPY semblance.backups FROM STDIN;'
    rows "$names"
    printf '\\.\nCOMMIT;\n'
  } | sql
}

case ${1-} in
  loop)
    unlock
    rm -f "$root"/*/*.part
    trap 'exit 0' TERM INT
    touch /tmp/round
    say "every $EVERY_SECONDS s, of each database the last $KEEP are kept"
    while :; do
      touch /tmp/alive
      round_of_the_loop &
      report || :
      sleep "$TICK_SECONDS" &
      wait $!
    done
    ;;
  now)
    exec 9>"$root/.lock"
    flock 9
    status=0
    round true || status=1
    report || status=1
    exit $status
    ;;
  list)
    for folder in "$root"/*/; do
      database=$(basename "$folder")
      dumps "$database" | while read -r name; do
        (cd "$folder" && sha256sum --check --status "$name.sha256" 2>/dev/null) && sound=ok || sound=DAMAGED
        printf '%s\t%s\t%s\t%s\n' "$database" "$name" "$(stat -c %s "$folder/$name")" "$sound"
      done
    done
    ;;
  healthy)
    alive=$(($(now) - $(stat -c %Y /tmp/alive)))
    ended=$(($(now) - $(stat -c %Y /tmp/round)))
    [ "$alive" -lt $((3 * TICK_SECONDS + 60)) ] || { say "the loop has not moved for $alive s"; exit 1; }
    [ "$ended" -lt $((EVERY_SECONDS + 3600)) ] || { say "no round has ended for $ended s"; exit 1; }
    ;;
  *)
    say "what to do: loop, now, list or healthy"
    exit 64
    ;;
esac
