#!/bin/bash
# Does what fleets rely on of the upstream image's entry point: an empty data directory is made into
# a database with the accounts that the environment names, then the server runs as mysql.
set -eo pipefail
shopt -s nullglob extglob

say() { printf '%s [%s] [Entrypoint]: %s\n' "$(date -Iseconds)" "$1" "$2" >&2; }
fail() {
    say ERROR "$1"
    exit 1
}

# setting NAME [DEFAULT]: takes MARIADB_NAME from itself, its _FILE or the older MYSQL_ pair.
setting() {
    local name file value=${2:-}
    for name in "MYSQL_$1" "MARIADB_$1"; do
        file=${name}_FILE
        [ -z "${!name}" ] || [ -z "${!file}" ] || fail "Both $name and $file are set (but are exclusive)"
        if [ -n "${!name}" ]; then
            value=${!name}
        elif [ -n "${!file}" ]; then
            value=$(<"${!file}")
        fi
        unset "$file"
    done
    export "MARIADB_$1=$value"
}

quoted() {
    local text=${1//\\/\\\\}
    printf "'%s'" "${text//\'/\\\'}"
}

accounts() {
    local password host secret
    password=$(quoted "$MARIADB_ROOT_PASSWORD")
    echo "SET @@SESSION.SQL_LOG_BIN=0;"
    # Those of the host's name too, which may be the name of the one that the image was made on.
    echo "DELETE FROM global_priv WHERE User = 'root' AND Host <> 'localhost';"
    echo "DELETE FROM proxies_priv WHERE User = 'root' AND Host <> 'localhost';"
    echo "FLUSH PRIVILEGES;"
    echo "SET PASSWORD FOR root@localhost = PASSWORD($password);"
    if [ "$MARIADB_ROOT_HOST" != localhost ]; then
        host=$(quoted "$MARIADB_ROOT_HOST")
        echo "CREATE USER root@$host IDENTIFIED BY $password;"
        echo "GRANT ALL ON *.* TO root@$host WITH GRANT OPTION;"
        echo "GRANT PROXY ON ''@'%' TO root@$host WITH GRANT OPTION;"
    fi
    secret=$(head -c 24 /dev/urandom | base64)
    for host in 127.0.0.1 ::1 localhost; do
        echo "CREATE USER healthcheck@'$host' IDENTIFIED BY '$secret';"
        echo "GRANT USAGE ON *.* TO healthcheck@'$host';"
    done
    (
        umask 0077
        printf '[mariadb-client]\nport=%s\nsocket=%s\nuser=healthcheck\npassword=%s\n' \
            "$port" "$socket" "$secret" >"$datadir/.my-healthcheck.cnf"
    )
    [ -z "$MARIADB_DATABASE" ] || echo "CREATE DATABASE IF NOT EXISTS \`$MARIADB_DATABASE\`;"
    if [ -n "$MARIADB_USER" ] && [ -n "$MARIADB_PASSWORD" ]; then
        echo "CREATE USER $(quoted "$MARIADB_USER")@'%' IDENTIFIED BY $(quoted "$MARIADB_PASSWORD");"
        [ -z "$MARIADB_DATABASE" ] ||
            echo "GRANT ALL ON \`${MARIADB_DATABASE//_/\\_}\`.* TO $(quoted "$MARIADB_USER")@'%';"
    fi
}

sql() { mariadb --protocol=socket --socket="$socket" -uroot ${MARIADB_DATABASE:+--database="$MARIADB_DATABASE"}; }

initialise() {
    local server file
    [ -n "$MARIADB_ROOT_PASSWORD$MARIADB_ALLOW_EMPTY_ROOT_PASSWORD$MYSQL_ALLOW_EMPTY_PASSWORD" ] ||
        fail 'Database is uninitialized and password option is not specified: set MARIADB_ROOT_PASSWORD or MARIADB_ALLOW_EMPTY_ROOT_PASSWORD'
    say Note 'Initializing database files'
    # mariadb-install-db makes the same each time, in a second, unless an option says how the files are laid out: so it was made with the
    # image.
    case "$*" in
    *--innodb[-_]@(page|data|undo|log-f|log_f)* | *--lower* | *--plugin*)
        mariadb-install-db --datadir="$datadir" --rpm --auth-root-authentication-method=normal --skip-test-db \
            "${@:2}" --skip-log-bin >/dev/null
        ;;
    *) tar -C "$datadir" -xf /usr/share/mysql/installed.tar ;;
    esac
    say Note 'Starting temporary server'
    "$@" --skip-networking --socket="$socket" &
    server=$!
    for _ in {1..300}; do
        mariadb --protocol=socket --socket="$socket" -uroot -e 'SELECT 1' >/dev/null 2>&1 && break
        kill -0 $server 2>/dev/null || fail 'Unable to start server.'
        sleep 0.1
    done
    accounts | mariadb --protocol=socket --socket="$socket" -uroot mysql
    export MYSQL_PWD=$MARIADB_ROOT_PASSWORD
    for file in /docker-entrypoint-initdb.d/*; do
        say Note "running $file"
        # shellcheck disable=SC1090
        case $file in
        *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
        *.sql) sql <"$file" ;;
        *.sql.gz) gunzip -c "$file" | sql ;;
        *) say Warn "ignoring $file" ;;
        esac
    done
    unset MYSQL_PWD
    say Note 'Stopping temporary server'
    kill $server
    wait $server
    say Note 'MariaDB init process done. Ready for start up.'
}

[ "${1#-}" = "$1" ] || set -- mariadbd "$@"
case $1 in mariadbd | mysqld) ;; *) exec "$@" ;; esac
for arg; do
    case $arg in '-?' | --help | --print-defaults | -V | --version) exec "$@" ;; esac
done

help=$("$@" --verbose --help 2>/tmp/config-errors) || fail "mariadbd failed while attempting to check config: $(cat /tmp/config-errors)"
config() { awk -v name="$1" '$1 == name && !/^[ \t]/ { sub(/^[^ \t]+[ \t]+/, ""); print; exit }' <<<"$help"; }
datadir=$(config datadir)
socket=$(config socket)
port=$(config port)
# As root, since a secret's file may be for root alone.
setting ROOT_HOST %
for name in ROOT_PASSWORD DATABASE USER PASSWORD; do setting $name; done

if [ "$(id -u)" = 0 ]; then
    mkdir -p "$datadir" "${socket%/*}"
    find "$datadir" \! -user mysql -exec chown mysql:mysql {} +
    chown mysql:mysql "${socket%/*}"
    rm -f /tmp/config-errors
    say Note "Switching to dedicated user 'mysql'"
    exec su -p -s /bin/bash -c 'exec "$@"' -- mysql bash "$0" "$@"
fi
[ -d "$datadir/mysql" ] || initialise "$@"
exec "$@"
