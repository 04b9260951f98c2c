#!/usr/bin/env bash
# tenantry-standin/erpnext:15.80 and :16.1: the stand-in bench (tests/standin), laid out as frappe_docker's
# images are, from Debian's Python and MariaDB client. There is nothing of Frappe in it.
# shellcheck source=tests/bed/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

declare -A releases=([15.80]=15.80.0 [16.1]=16.1.0)
standin=$bed_root/tests/standin
mapfile -t sources < <(find "$standin" -type f -not -name '*.pyc' | sort)
stale=()
for tag in "${!releases[@]}"; do
    image_current "tenantry-standin/erpnext:$tag" "${BASH_SOURCE[0]}" "${sources[@]}" || stale+=("$tag")
done
[ ${#stale[@]} != 0 ] || exit 0

rootfs=$work/rootfs
unpacked=$work/unpacked
rm -rf "$work"
packages=(python3.11-minimal libpython3.11-minimal libpython3.11-stdlib python3-pymysql mariadb-client-core bash curl jq)
mapfile -t libs < <(libs_of "${packages[@]}")
debs "$unpacked" "${packages[@]}" "${libs[@]}"

python=usr/lib/python3.11
mkdir -p "$rootfs"/{bin,etc,usr/bin,usr/local/bin,usr/lib}
cp "$unpacked/bin/bash" "$rootfs/bin/bash"
binaries=("$unpacked/bin/bash")
for name in python3.11 mariadb curl jq; do
    cp "$unpacked/usr/bin/$name" "$rootfs/usr/bin/$name"
    binaries+=("$unpacked/usr/bin/$name")
done
ln -s python3.11 "$rootfs/usr/bin/python3"
cp -R "$unpacked/$python" "$rootfs/$python"
rm -rf "$rootfs/$python"/{test,idlelib,lib2to3,distutils,ensurepip,pydoc_data,unittest,curses,asyncio,dbm,sqlite3,wsgiref,xmlrpc}
with_libs "$rootfs" "$unpacked" "${binaries[@]}" "$unpacked/$python"/lib-dynload/*.so

home=$rootfs/home/frappe/frappe-bench
packaged=$home/env/lib/python3.11/site-packages
mkdir -p "$home"/{assets,config/pids,logs,sites,env/bin} "$packaged"
printf 'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.2\n' >"$home/env/pyvenv.cfg"
ln -s /usr/bin/python3 "$home/env/bin/python3"
ln -s python3 "$home/env/bin/python"
cp -R "$unpacked/usr/lib/python3/dist-packages/pymysql" "$standin/standin_bench" "$packaged/"
cp -R "$standin/apps" "$home/apps"
for app in "$home"/apps/*; do
    echo "/home/frappe/frappe-bench/apps/${app##*/}" >"$packaged/${app##*/}.pth"
done
find "$rootfs" -name __pycache__ -prune -exec rm -rf {} +
# As in the images: what a fresh volume begins with.
printf 'frappe\nerpnext\n' >"$home/sites/apps.txt"
printf '{}\n' >"$home/sites/common_site_config.json"
cp "$standin"/bin/* "$rootfs/usr/local/bin/"
mv "$rootfs/usr/local/bin/gunicorn" "$home/env/bin/gunicorn"
mv "$rootfs/usr/local/bin"/{wait-for-it,node} "$rootfs/usr/bin/"
chmod 755 "$rootfs"/usr/local/bin/* "$rootfs"/usr/bin/{wait-for-it,node} "$home/env/bin/gunicorn"
with_busybox "$rootfs"
echo 'frappe:x:1000:1000::/home/frappe:/bin/bash' >>"$rootfs/etc/passwd"
echo 'frappe:x:1000:' >>"$rootfs/etc/group"

path=$(find "$unpacked" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd :)
LD_LIBRARY_PATH=$path PYTHONHOME=$rootfs/usr "$rootfs/usr/bin/python3.11" -m compileall -q -j 0 \
    --invalidation-mode unchecked-hash -s "$rootfs" "$rootfs/$python" "$packaged" >/dev/null

# All belongs to root but the bench, which belongs to the account `frappe`.
for tag in "${stale[@]}"; do
    release=${releases[$tag]}
    image=tenantry-standin/erpnext:$tag
    for app in frappe erpnext hrms; do
        sed -i -E "s/^__version__ = .*/__version__ = \"$release\"/" "$home/apps/$app/$app/__init__.py"
    done
    image_current "$image" "${BASH_SOURCE[0]}" "${sources[@]}" || true
    old=$(docker image inspect -f '{{.Id}}' "$image" 2>/dev/null || true)
    tar -C "$rootfs" --numeric-owner --owner=0 --group=0 --anchored --exclude=./home/frappe -cf "$work/image.tar" .
    tar -C "$rootfs" --numeric-owner --owner=1000 --group=1000 -rf "$work/image.tar" ./home/frappe
    docker import -c "LABEL tenantry.bed=$version tenantry.standin=frappe" \
        -c "LABEL org.opencontainers.image.title=\"A stand-in for Frappe $release, for Tenantry's tests\"" \
        -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' -c 'ENV LANG=C.UTF-8' \
        -c 'ENTRYPOINT ["/usr/local/bin/entrypoint.sh"]' -c 'CMD ["start.sh"]' -c 'USER frappe' \
        -c 'VOLUME ["/home/frappe/frappe-bench/sites","/home/frappe/frappe-bench/logs"]' \
        -c 'WORKDIR /home/frappe/frappe-bench' - "$image" <"$work/image.tar" >/dev/null
    [ -z "$old" ] || docker image rm "$old" >/dev/null 2>&1 || true
    step "made $image"
done
rm -rf "$work"
