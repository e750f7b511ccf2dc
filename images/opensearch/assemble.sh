#!/bin/sh
# Lays the parts out as OpenSearch expects them: libraries of the server, one folder per module, the plugin.
set -eu
parts=$1
home=$2
version=2.19.4
mkdir -p "$home/lib" "$home/modules" "$home/plugins/opensearch-security" "$home/native"

# take FOLDER PATTERN…: moves parts; a pattern without a match is an error
take() {
  folder=$home/$1
  shift
  mkdir -p "$folder"
  for pattern in "$@"; do
    # shellcheck disable=SC2086 # the patterns are to be expanded
    mv "$parts"/$pattern "$folder/"
  done
}

# module NAME CLASS PATTERN…: the libraries of a module, and the description that tells the server of it
module() {
  name=$1
  class=$2
  shift 2
  take "modules/$name" "$@"
  cat > "$home/modules/$name/plugin-descriptor.properties" <<END
name=$name
description=Module $name of OpenSearch
version=$version
opensearch.version=$version
java.version=11
classname=$class
custom.foldername=
extended.plugins=
has.native.controller=false
END
}

module analysis-common org.opensearch.analysis.common.CommonAnalysisPlugin 'analysis-common-*.jar'
module ingest-common org.opensearch.ingest.common.IngestCommonPlugin 'ingest-common-*.jar' 'opensearch-grok-*.jar' \
  'opensearch-dissect-*.jar' 'joni-*.jar' 'jcodings-*.jar'
module lang-painless org.opensearch.painless.PainlessPlugin 'lang-painless-*.jar' '*painless-spi-*.jar' 'antlr4-*.jar' 'asm-*.jar'
module mapper-extras org.opensearch.index.mapper.MapperExtrasPlugin 'mapper-extras-*.jar'
module reindex org.opensearch.index.reindex.ReindexPlugin 'reindex-*.jar' 'opensearch-rest-client-*.jar' \
  'opensearch-ssl-config-*.jar' 'http*.jar' 'commons-*.jar'

# Scripts are compiled into classes, which need a loader. Everything else works with what every module may do.
cat > "$home/modules/lang-painless/plugin-security.policy" <<'END'
grant {
  permission java.lang.RuntimePermission "createClassLoader";
  permission java.lang.RuntimePermission "getClassLoader";
};
END

unzip -q "$parts"/opensearch-security-*.zip -d "$home/plugins/opensearch-security"
rm "$parts"/opensearch-security-*.zip
# Its example configuration brings users whose passwords everybody knows.
rm -r "$home/plugins/opensearch-security/config"

# The native parts that these two would unpack into a temporary folder, from which nothing can be executed here.
case $(uname -m) in
  aarch64) jna=aarch64 zstd=aarch64 ;;
  *) jna=x86-64 zstd=amd64 ;;
esac
unzip -q -j -o "$parts"/jna-*.jar "com/sun/jna/linux-$jna/libjnidispatch.so" -d "$home/native"
unzip -q -j -o "$parts"/zstd-jni-*.jar "linux/$zstd/libzstd-jni-*.so" -d "$home/native"
mv "$home"/native/libzstd-jni-*.so "$home/native/libzstd-jni.so"

take lib '*.jar'

unzip -q -j "$home"/lib/opensearch-$version.jar META-INF/LICENSE.txt META-INF/NOTICE.txt -d "$home"
