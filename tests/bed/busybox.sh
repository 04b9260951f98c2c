#!/usr/bin/env bash
# busybox:1.37, configured as upstream's. The bits are Debian's 1.35: its wget crashes on -T with a
# host name, and as process 1 its sh and httpd ignore SIGTERM (use init: true or a short stop timeout).
# shellcheck source=tests/bed/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

image_current busybox:1.37 "${BASH_SOURCE[0]}" && exit 0
rootfs=$work/rootfs
rm -rf "$work"
with_busybox "$rootfs"
image_import busybox:1.37 "$rootfs" '' -c 'CMD ["sh"]'
