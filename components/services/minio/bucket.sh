#!/bin/sh
# Gives a client a bucket, a user and a policy on that bucket, as often as it is run.
set -eu
secret() { cat "/etc/semblance/secrets/$1"; }
MC_HOST_store="https://$ROOT_USER:$(secret root-password)@$MINIO_ADDRESS"
export MC_HOST_store
export MC_CONFIG_DIR=/tmp/mc
mkdir -p "$MC_CONFIG_DIR/certs/CAs"
cp /etc/semblance/tls/ca.crt "$MC_CONFIG_DIR/certs/CAs/semblance.crt"
mc="mc --quiet --no-color"

if [ -n "${BUCKET-}" ]; then
  $mc mb --ignore-existing "store/$BUCKET"
  $mc version enable "store/$BUCKET"
  $mc encrypt set sse-kms "$KMS_KEY" "store/$BUCKET"
  if [ -n "${NONCURRENT_DAYS-}" ]; then
    # One rule only, however often this runs.
    $mc ilm rule remove --all --force "store/$BUCKET" >/dev/null 2>&1 || true
    $mc ilm rule add --noncurrent-expire-days "$NONCURRENT_DAYS" --expire-delete-marker "store/$BUCKET"
  fi
fi

# The names and passwords come on standard input: an argument list can be read by every process of the host.
printf '%s\n%s\n' "$CLIENT" "$(secret client-password)" | $mc admin user add store
$mc admin policy create store "$CLIENT" /etc/semblance/policy.json
# Attaching what is attached already is an error to mc, and is what we want.
$mc admin policy attach store "$CLIENT" --user "$CLIENT" >/tmp/attach.log 2>&1 ||
  grep -q 'already' /tmp/attach.log || { cat /tmp/attach.log >&2; exit 1; }
