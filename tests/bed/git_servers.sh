#!/usr/bin/env bash
# What people push through: OpenSSH's server, and a web server that runs git's own http-backend, which the tests start; and what the
# workflow files of `init` need of a runner.
# shellcheck source=tests/bed/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

has() {
    [ -x /usr/sbin/sshd ] && [ -x /usr/sbin/lighttpd ] && [ -x "$(git --exec-path)/git-http-backend" ] &&
        command -v curl >/dev/null && command -v jq >/dev/null
}

has && exit 0
if [ "$(id -u)" != 0 ] || ! on_debian; then
    die "missing: sshd, lighttpd, git-http-backend, curl or jq" \
        "get it: install OpenSSH's server, lighttpd, git, curl and jq, or run tests/run as root on Debian or Ubuntu"
fi
step "installing openssh-server, lighttpd, git, curl, jq"
install_quietly openssh-server lighttpd git curl jq
has || die "sshd, lighttpd, git-http-backend, curl or jq is still missing"
