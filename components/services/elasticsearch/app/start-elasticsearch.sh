#!/bin/sh
# Lays out Elasticsearch's folder of configuration, in memory: it writes there itself, and reads keys from there only.
set -eu
umask 077
home=/usr/share/elasticsearch
cp -R "$home/config/." "$ES_PATH_CONF/"
cp /etc/semblance/config/* "$ES_PATH_CONF/"
mkdir -p "$ES_PATH_CONF/tls"
cp /etc/semblance/tls/ca.crt /etc/semblance/tls/server.crt /etc/semblance/tls/server.key "$ES_PATH_CONF/tls/"
cd "$home"
exec bin/elasticsearch
