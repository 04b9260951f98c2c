#!/usr/bin/env bash
# A Docker engine that answers: the one that is there, else Debian's.
# shellcheck source=tests/bed/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

answers() { docker version >/dev/null 2>&1; }

answers && exit 0

if [ -n "${DOCKER_HOST:-}" ]; then
    die "no Docker engine answers at DOCKER_HOST=$DOCKER_HOST" \
        "start it, or unset DOCKER_HOST to have one set up here"
fi
if ! command -v dockerd >/dev/null; then
    if [ "$(id -u)" != 0 ] || ! on_debian; then
        die "missing: a Docker engine that this user may use" \
            "get it: install Docker Engine 20.10 or later and start it, and let this user use it" \
            "(usermod -aG docker USER), or run tests/run as root on Debian or Ubuntu, which sets it up"
    fi
    step "installing the Docker engine (docker.io)"
    install_quietly docker.io
    answers && exit 0
fi
[ "$(id -u)" = 0 ] || die "missing: a running Docker engine that this user may use" \
    "get it: start the docker service and add this user to the group docker"

# Both daemons believe the files that killed ones left: the ids may be other processes' by now, or
# those of dead ones that nobody collects.
forget_stale() {
    local file=$1 name=$2
    [ -e "$file" ] || return 0
    grep -Eqs "^[0-9]+ \\($name\\) [^ZX]" "/proc/$(cat "$file")/stat" || rm -f "$file"
}
forget_stale /var/run/docker.pid dockerd
forget_stale /var/run/docker/containerd/containerd.pid containerd

# For each container that starts and each file that is read, dockerd runs itself anew, and a third of that process is the collection
# of garbage before main (63 ms of processor time with it, 45 ms without). For each command in a container, runc compiles the list of
# forbidden system calls, 18 ms; nothing here is about them. Together that is a sixth of what a live test costs.
export GOGC=800
step "starting dockerd"
background "$bed/dockerd.log" dockerd --storage-driver overlay2 --seccomp-profile "$bed_src/seccomp.json"
for _ in $(seq 300); do
    answers && exit 0
    sleep 0.2
done
tail -n 20 "$bed/dockerd.log" >&2
die "dockerd does not answer after 60 s" "its log: $bed/dockerd.log"
