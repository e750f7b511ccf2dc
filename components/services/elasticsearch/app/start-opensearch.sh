#!/bin/sh
# Lays out OpenSearch's folder of configuration, in memory: it writes there itself, and reads keys from there only.
set -eu
umask 077
conf=$OPENSEARCH_PATH_CONF
mkdir -p "$conf/tls" "$conf/opensearch-security"
cp /etc/semblance/config/opensearch.yml /etc/semblance/config/log4j2.properties "$conf/"
cp /etc/semblance/security/*.yml "$conf/opensearch-security/"
cp /etc/semblance/config/clients-ca.crt /etc/semblance/tls/ca.crt /etc/semblance/tls/server.crt "$conf/tls/"
openssl pkcs8 -topk8 -nocrypt -in /etc/semblance/tls/server.key -out "$conf/tls/server.key"
exec opensearch
