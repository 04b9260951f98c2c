#!/usr/bin/env bash
# What people push through: OpenSSH's server, and a web server that runs git's own http-backend. The tests start them.
# shellcheck source=tests/bed/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

has() { [ -x /usr/sbin/sshd ] && [ -x /usr/sbin/lighttpd ] && [ -x "$(git --exec-path)/git-http-backend" ]; }

has && exit 0
if [ "$(id -u)" != 0 ] || ! on_debian; then
    die "missing: sshd, lighttpd or git-http-backend" \
        "get it: install OpenSSH's server, lighttpd and git, or run tests/run as root on Debian or Ubuntu"
fi
step "installing openssh-server, lighttpd, git"
install_quietly openssh-server lighttpd git
has || die "sshd, lighttpd or git-http-backend is still missing"
