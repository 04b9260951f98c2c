# shellcheck shell=bash
# What the scripts of the test bed share. To be sourced.
set -euo pipefail
umask 022

bed_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export bed_src=$bed_root/tests/bed
PATH=$PATH:/usr/sbin:/sbin
# Everything made or downloaded for the tests; the work tree stays clean. What is in work is only
# for the making of one part.
bed=$bed_root/target/bed
work=$bed/work
mkdir -p "$bed/debs" "$bed/wheels"

step() { printf 'bed: %s\n' "$*" >&2; }
die() {
    printf 'bed: %s\n' "$@" >&2
    exit 1
}

# Runs a noisy command with its output in target/bed/NAME.log, shown only when it fails.
quietly() {
    local log=$bed/$1.log
    shift
    "$@" >"$log" 2>&1 </dev/null || {
        tail -n 30 "$log" >&2
        die "failed: $*" "whole output: $log"
    }
}

# background LOG COMMAND...: starts a daemon in a session of its own, without any descriptor of ours:
# whoever waits for the end of our output must not wait for the daemon. Its id is in $started.
background() {
    local log=$1
    shift
    (
        for fd in /proc/self/fd/*; do
            fd=${fd##*/}
            [ "$fd" -le 2 ] || eval "exec $fd>&-"
        done
        exec setsid "$@"
    ) >>"$log" 2>&1 </dev/null &
    export started=$!
}

on_debian() { command -v apt-get >/dev/null && [ -e /etc/debian_version ]; }

# The package lists are refreshed at most once an hour, and only before a download.
apt_update() {
    [ "$(id -u)" = 0 ] || return 0
    [ -z "$(find "$bed/apt-updated" -mmin -60 2>/dev/null)" ] || return 0
    step "refreshing the package lists"
    quietly apt-update apt-get update
    touch "$bed/apt-updated"
}

# install_quietly PACKAGE...: installs Debian packages. Without systemd they must not start their services: the tests start what they
# need.
install_quietly() {
    apt_update
    if [ ! -e /run/systemd/system ] && [ ! -e /usr/sbin/policy-rc.d ]; then
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
        chmod 755 /usr/sbin/policy-rc.d
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    quietly apt-install env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# debs DIR PACKAGE...: puts the packages' files into DIR. They are unpacked, never installed, so no
# service starts on this machine and no account or configuration file appears.
debs() {
    local dir=$1 name missing=()
    shift
    for name in "$@"; do
        compgen -G "$bed/debs/${name}_*.deb" >/dev/null || missing+=("$name")
    done
    if [ ${#missing[@]} != 0 ]; then
        on_debian || die "missing: the Debian packages ${missing[*]}" \
            "get them: run this on Debian or Ubuntu, or in a container of one"
        apt_update
        step "downloading ${missing[*]}"
        rm -rf "$bed/debs/part"
        mkdir "$bed/debs/part"
        (cd "$bed/debs/part" && quietly apt-download apt-get -o APT::Sandbox::User=root download "${missing[@]}")
        mv "$bed/debs/part"/*.deb "$bed/debs/"
    fi
    rm -rf "$dir"
    mkdir -p "$dir"
    for name in "$@"; do
        dpkg-deb -x "$(compgen -G "$bed/debs/${name}_*.deb" | tail -n 1)" "$dir"
    done
}

# libs_of PACKAGE...: the packages of the shared libraries below them, without the C library, which
# every machine has.
libs_of() {
    local known='' next=$*
    apt-cache show "$1" >/dev/null 2>&1 || apt_update
    while [ -n "$next" ]; do
        # shellcheck disable=SC2086
        next=$(apt-cache depends --important $next |
            sed -nE 's/^ .(Pre)?Depends: ((lib|zlib|lua-).*)$/\2/p' | grep -Ev '^libc6$|-perl$' |
            sort -u | grep -Fvx "$known" || true)
        known=$known$'\n'$next
    done
    sort -u <<<"$known" | sed '/^$/d'
}

# wheel DIR NAME VERSION: unpacks a binary that is published as a Python package.
wheel() {
    local dir=$1 name=$2 version=$3 file
    file="${name//-/_}-$version-*.whl"
    if ! compgen -G "$bed/wheels/$file" >/dev/null; then
        python3 -m pip --version >/dev/null 2>&1 ||
            die "missing: pip for Python 3" "get it: apt-get install python3-pip"
        step "downloading $name $version"
        quietly pip-download python3 -m pip download --disable-pip-version-check --no-deps \
            --only-binary=:all: -d "$bed/wheels" "$name==$version"
    fi
    rm -rf "$dir"
    mkdir -p "$dir"
    python3 -m zipfile -e "$(compgen -G "$bed/wheels/$file" | tail -n 1)" "$dir"
}

# deb_release PACKAGE: upstream's part of its version.
deb_release() {
    dpkg-deb -f "$(compgen -G "$bed/debs/$1_*.deb" | tail -n 1)" Version | sed 's/^[0-9]*://; s/[-+~].*//'
}

# image_current IMAGE FILE...: whether the image was made by these very files, or is upstream's own,
# which is left alone. Sets $version for image_import.
image_current() {
    local image=$1 found
    shift
    version=$({
        declare -f with_libs with_busybox image_import
        cat "$@"
    } | sha256sum | cut -c 1-16)
    found=$(docker image inspect -f 'made-by:{{index .Config.Labels "tenantry.bed"}}' "$image" 2>/dev/null) || return 1
    [ "$found" = "made-by:$version" ] || [ "$found" = made-by: ]
}

# image_import IMAGE ROOTFS OWNED [-c CHANGE]...: makes an image of one layer from a directory. All
# belongs to root but the directory OWNED, which belongs to the server's account, 999.
image_import() {
    local image=$1 rootfs=$2 owned=$3 old tar=$work/image.tar
    shift 3
    old=$(docker image inspect -f '{{.Id}}' "$image" 2>/dev/null || true)
    tar -C "$rootfs" --numeric-owner --owner=0 --group=0 --anchored --exclude="./${owned:--}" -cf "$tar" .
    [ -z "$owned" ] || tar -C "$rootfs" --numeric-owner --owner=999 --group=999 -rf "$tar" "./$owned"
    docker import -c "LABEL tenantry.bed=$version" \
        -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' "$@" - "$image" <"$tar" >/dev/null
    rm -rf "$work"
    [ -z "$old" ] || docker image rm "$old" >/dev/null 2>&1 || true
    step "made $image"
}

# with_libs ROOTFS UNPACKED BINARY...: copies the shared libraries that the binaries need, from the
# unpacked packages where they are there, else from this machine.
with_libs() {
    local dir=$1 from=$2 closure lib path
    shift 2
    path=$(find "$from" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd :)
    closure=$(LD_LIBRARY_PATH=$path ldd "$@")
    ! grep 'not found' <<<"$closure" >&2 || die "a library is missing for $*"
    # shellcheck disable=SC2016
    sed -n 's/^.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*ld-[^ ]*\) .*/\1/p' <<<"$closure" | sort -u |
        while read -r lib; do
            mkdir -p "$dir$(dirname "${lib#"$from"}")"
            cp -L "$lib" "$dir${lib#"$from"}"
        done
}

# with_busybox ROOTFS: a shell and the small tools, like the Alpine below most upstream images, and
# the files that programs expect of any system. What is there already is kept.
with_busybox() {
    local dir=$1 applet
    debs "$work/busybox" busybox-static util-linux
    mkdir -p "$dir"/{bin,sbin,usr/bin,usr/sbin,etc,root,var/tmp,tmp,home,proc,sys,dev}
    chmod 1777 "$dir/tmp" "$dir/var/tmp"
    chmod 700 "$dir/root"
    cp "$work/busybox/bin/busybox" "$dir/bin/busybox"
    "$dir/bin/busybox" --list-full | while read -r applet; do
        [ -e "$dir/$applet" ] || [ -L "$dir/$applet" ] || [ -e "$dir/usr/bin/${applet##*/}" ] ||
            ln -s /bin/busybox "$dir/$applet"
    done
    printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n' >"$dir/etc/passwd"
    printf 'root:x:0:\nnogroup:x:65534:\n' >"$dir/etc/group"
    printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$dir/etc/nsswitch.conf"
    # Debian's busybox has no flock: util-linux's it is, cut down to the options of upstream's.
    mkdir -p "$dir/usr/lib/util-linux"
    cp "$work/busybox/usr/bin/flock" "$dir/usr/lib/util-linux/flock"
    with_libs "$dir" "$work/busybox" "$dir/usr/lib/util-linux/flock"
    cat >"$dir/usr/bin/flock" <<'END'
#!/bin/sh
for option; do
    case $option in
    -[sxun] | -[sxun][sxun] | --shared | --exclusive | --unlock | --nonblock) ;;
    -*) echo "flock: unrecognized option: $option" >&2 && exit 1 ;;
    *) break ;;
    esac
done
exec /usr/lib/util-linux/flock "$@"
END
    chmod 755 "$dir/usr/bin/flock"
}
