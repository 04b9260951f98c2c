#!/bin/bash
# The checks of the upstream image's script that fleets use: --connect, --innodb_initialized. The
# server that initialises a new database has no network yet, so it passes the second but not the first.
set -eo pipefail

defaults=
query() {
    mariadb ${defaults:+--defaults-extra-file="$defaults"} "${@:2}" --batch --skip-column-names -e "$1" 2>&1
}

connect() {
    local said
    # Over the network only what the network says counts: while the server that initialises makes this account, its socket refuses it.
    said=$(query 'select @@skip_networking' --protocol=socket) ||
        said=$(query 'select @@skip_networking' -h 127.0.0.1 --protocol=tcp) || true
    case $said in
    # An account that is refused has connected all the same.
    *0 | 'ERROR 1'[0-9][0-9][0-9]' (28000)'* | 'ERROR 4151'* | 'ERROR 1226'* | 'ERROR 1820'*) ;;
    *) return 1 ;;
    esac
}

innodb_initialized() {
    [ "$(query "select 1 from information_schema.ENGINES where engine='innodb' and support in ('YES', 'DEFAULT', 'ENABLED')" --protocol=socket)" = 1 ]
}

[ $# != 0 ] || {
    echo 'At least one argument required' >&2
    exit 1
}
if [ -f /var/lib/mysql/.my-healthcheck.cnf ]; then
    defaults=/var/lib/mysql/.my-healthcheck.cnf
fi
connected=
for arg; do
    case $arg in
    --connect) connect && connected=1 ;;
    --innodb_initialized) innodb_initialized ;;
    --no-connect) connected=1 ;;
    --su-mysql) ;;
    *) false ;;
    esac || {
        echo "healthcheck ${arg#--} failed" >&2
        exit 1
    }
done
[ -n "$connected" ] || connect
