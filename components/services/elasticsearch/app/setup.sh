#!/bin/sh
# Sends the requests of the list in their order, each with its body from a file: all of them say how something has to be, so
# that they can be sent again.
set -eu
cd /etc/semblance/setup

send() {
  method=$1
  path=$2
  shift 2
  curl --config credential --cacert /etc/semblance/tls/ca.crt --silent --show-error --fail-with-body \
    --retry 20 --retry-delay 1 --retry-connrefused --max-time 60 \
    --header 'Content-Type: application/json' --request "$method" "$@" "$URL$path" >/tmp/answer || {
    echo "$method $path:" >&2
    cat /tmp/answer >&2
    return 1
  }
}

send GET '/_cluster/health?wait_for_status=yellow&timeout=50s'
while read -r method path body; do
  send "$method" "$path" --data-binary "@$body"
  echo "$method $path"
done < requests
