#!/usr/bin/env bash
# mariadb:10.11, configured as upstream's, from Debian's packages. Without the time zone tables.
# shellcheck source=tests/bed/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

image_current mariadb:10.11 "${BASH_SOURCE[0]}" "$bed_src"/mariadb/* && exit 0
rootfs=$work/rootfs
unpacked=$work/unpacked
rm -rf "$work"
packages=(mariadb-{server,client}{,-core} mariadb-common mysql-common bash)
mapfile -t libs < <(libs_of "${packages[@]}")
debs "$unpacked" "${packages[@]}" "${libs[@]}"
mkdir -p "$rootfs"/{bin,etc,run/mysqld,usr/bin,usr/sbin,usr/share,usr/lib/mysql,usr/local/bin,var/lib/mysql,docker-entrypoint-initdb.d}
ln -s /run "$rootfs/var/run"
cp "$unpacked/bin/bash" "$rootfs/bin/bash"
binaries=()
for path in bin/{mariadb,mariadb-admin,mariadb-binlog,mariadb-check,mariadb-dump,mariadb-import,mariadb-upgrade,my_print_defaults,resolveip,perror} sbin/mariadbd; do
    cp "$unpacked/usr/$path" "$rootfs/usr/$path"
    binaries+=("$unpacked/usr/$path")
done
cp "$unpacked/usr/bin/mariadb-install-db" "$rootfs/usr/bin/"
for name in mysql mysqladmin mysqlbinlog mysqlcheck mysqldump mysqlimport mysql_upgrade mysql_install_db; do
    cp -P "$(find "$unpacked/usr/bin" -name $name)" "$rootfs/usr/bin/"
done
cp -P "$unpacked/usr/sbin/mysqld" "$rootfs/usr/sbin/"
cp -R "$unpacked/usr/share/mysql" "$rootfs/usr/share/"
cp -R "$unpacked/usr/lib/mysql/plugin" "$rootfs/usr/lib/mysql/"
cp -R "$unpacked/etc/mysql" "$rootfs/etc/"
# As upstream: listens everywhere, looks up no names, and conf.d has the last word.
mkdir -p "$rootfs/etc/mysql/conf.d"
sed -i -E 's/^(bind-address|log|user)\b/#&/' "$rootfs"/etc/mysql/mariadb.conf.d/*.cnf
printf '[mariadb]\nhost-cache-size=0\nskip-name-resolve\n' >"$rootfs/etc/mysql/mariadb.conf.d/05-skipcache.cnf"
sed -i '/^!includedir/d' "$rootfs/etc/mysql/mariadb.cnf"
printf '!includedir /etc/mysql/%s/\n' mariadb.conf.d conf.d >>"$rootfs/etc/mysql/mariadb.cnf"
ln -sf mariadb.cnf "$rootfs/etc/mysql/my.cnf"
with_libs "$rootfs" "$unpacked" "${binaries[@]}" "$unpacked/bin/bash"
with_busybox "$rootfs"
echo 'mysql:x:999:999:mysql:/var/lib/mysql:/bin/sh' >>"$rootfs/etc/passwd"
echo 'mysql:x:999:' >>"$rootfs/etc/group"
# What a new server begins with (docker-entrypoint.sh). The log grows to its size at the first start.
path=$(find "$unpacked" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd :)
LD_LIBRARY_PATH=$path quietly mariadb-install "$rootfs/usr/bin/mariadb-install-db" --no-defaults --basedir="$rootfs/usr" \
    --datadir="$work/installed" --user="$(id -un)" --rpm --auth-root-authentication-method=normal --skip-test-db \
    --skip-name-resolve --skip-log-bin --innodb-log-file-size=4M
tar -C "$work/installed" --numeric-owner --owner=999 --group=999 -cf "$rootfs/usr/share/mysql/installed.tar" .
cp "$bed_src"/mariadb/*.sh "$rootfs/usr/local/bin/"
chmod 755 "$rootfs"/usr/local/bin/*
chmod 777 "$rootfs/run/mysqld"
release=$(deb_release mariadb-server-core)
image_import mariadb:10.11 "$rootfs" var/lib/mysql \
    -c 'ENTRYPOINT ["docker-entrypoint.sh"]' -c 'CMD ["mariadbd"]' \
    -c 'VOLUME /var/lib/mysql' -c 'EXPOSE 3306' -c 'ENV LANG=C.UTF-8' \
    -c "ENV MARIADB_VERSION=1:$release+maria~deb12" \
    -c "LABEL org.opencontainers.image.version=$release org.opencontainers.image.title=\"MariaDB Database\""
