#!/usr/bin/env bash
# redis:7.2, configured as upstream's. The bits are Debian's Redis, which is 7.0.
# shellcheck source=tests/bed/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

image_current redis:7.2 "${BASH_SOURCE[0]}" && exit 0
rootfs=$work/rootfs
unpacked=$work/unpacked
rm -rf "$work"
packages=(redis-server redis-tools)
mapfile -t libs < <(libs_of "${packages[@]}")
debs "$unpacked" "${packages[@]}" "${libs[@]}"
mkdir -p "$rootfs/usr/local/bin" "$rootfs/data"
for name in redis-server redis-cli redis-benchmark redis-check-rdb redis-check-aof; do
    # Some are links to one binary, which looks at the name it was called by.
    cp -P "$unpacked/usr/bin/$name" "$rootfs/usr/local/bin/"
done
with_libs "$rootfs" "$unpacked" "$unpacked/usr/bin/redis-check-rdb" "$unpacked/usr/bin/redis-cli" \
    "$unpacked/usr/bin/redis-benchmark"
with_busybox "$rootfs"
echo 'redis:x:999:999:redis:/data:/bin/sh' >>"$rootfs/etc/passwd"
echo 'redis:x:999:' >>"$rootfs/etc/group"
cat >"$rootfs/usr/local/bin/docker-entrypoint.sh" <<'END'
#!/bin/sh
set -e
# Options and configuration files are meant for redis-server.
case ${1:-} in
-* | *.conf) set -- redis-server "$@" ;;
esac
# Upstream's server is built with protected mode off: other containers may connect.
if [ "$1" = redis-server ]; then
    shift
    case ${1:-} in
    --version | -v | --help | -h | --test-memory | --check-system) ;;
    -* | '') set -- --protected-mode no "$@" ;;
    *) set -- "$@" --protected-mode no ;;
    esac
    set -- redis-server "$@"
fi
# The server gives up root, after it took over its files.
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
    find . \! -user redis -exec chown redis {} +
    exec su -p -s /bin/sh -c 'umask 0077; exec "$@"' -- redis sh "$@"
fi
exec "$@"
END
chmod 755 "$rootfs/usr/local/bin/docker-entrypoint.sh"
image_import redis:7.2 "$rootfs" data \
    -c 'ENTRYPOINT ["docker-entrypoint.sh"]' -c 'CMD ["redis-server"]' \
    -c 'VOLUME /data' -c 'WORKDIR /data' -c 'EXPOSE 6379' -c "ENV REDIS_VERSION=$(deb_release redis-server)"
