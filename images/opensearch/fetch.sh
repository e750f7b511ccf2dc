#!/bin/sh
# Gathers the parts with Maven, over this machine's way to the network, and checks each against its known content.
set -eu
cd "$(dirname "$0")"

# Java reads neither PEM bundles nor the variables of a proxy.
openssl pkcs12 -export -nokeys -in /ca.crt -jdktrust anyExtendedKeyUsage -passout pass:changeit -out /tmp/trust.p12
options="-Djavax.net.ssl.trustStore=/tmp/trust.p12 -Djavax.net.ssl.trustStorePassword=changeit"
proxy=${HTTPS_PROXY:-${https_proxy-}}
if [ -n "$proxy" ]; then
  address=${proxy#*://}
  address=${address%%/*}
  port=${address##*:}
  options="$options -Dhttps.proxyHost=${address%:*} -Dhttps.proxyPort=$port"
fi
export MAVEN_OPTS="$options -Dmaven.repo.local=/tmp/maven"

mirror=
if [ -n "${MAVEN_MIRROR_URL-}" ]; then
  mirror="<mirrors><mirror><id>mirror</id><mirrorOf>*</mirrorOf><url>$MAVEN_MIRROR_URL</url></mirror></mirrors>"
fi
echo "<settings>$mirror</settings>" > /tmp/settings.xml

mvn --batch-mode --no-transfer-progress --strict-checksums --settings /tmp/settings.xml
cd /parts
[ "$(find . -type f | wc -l)" = "$(wc -l < "$OLDPWD/SHA256SUMS")" ]
sha256sum --check --strict --quiet "$OLDPWD/SHA256SUMS"
rm -rf /tmp/maven
