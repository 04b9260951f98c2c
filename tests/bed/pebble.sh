#!/usr/bin/env bash
# tenantry-bed/acme:2: an authority that speaks ACME (Pebble, behind HAProxy), the name server of its challenges, and bind9 that takes
# updates by key, from Debian's packages. A live test starts a container of it beside its Traefik. The keys are made with the image.
# shellcheck source=tests/bed/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

image_current tenantry-bed/acme:2 "${BASH_SOURCE[0]}" "$bed_src"/acme/* && exit 0
command -v openssl >/dev/null || install_quietly openssl
rootfs=$work/rootfs
unpacked=$work/unpacked
rm -rf "$work"
# On Debian 12: Debian's pebble 2.4, bind9 9.18 and haproxy 2.6.
packages=(bind9{,-libs,-dnsutils} haproxy)
mapfile -t libs < <(libs_of "${packages[@]}")
debs "$unpacked" pebble "${packages[@]}" "${libs[@]}"
mkdir -p "$rootfs"/{bin,usr/bin,usr/sbin,usr/local/bin,etc/bind,etc/pebble,run/named,var/cache/bind}
binaries=()
for path in bin/pebble bin/pebble-challtestsrv bin/dig sbin/named sbin/haproxy; do
    cp "$unpacked/usr/$path" "$rootfs/usr/$path"
    binaries+=("$unpacked/usr/$path")
done
with_libs "$rootfs" "$unpacked" "${binaries[@]}"
with_busybox "$rootfs"
cp "$bed_src/acme/named.conf" "$rootfs/etc/bind/"
cp "$bed_src"/acme/*.sh "$rootfs/usr/local/bin/"
chmod 755 "$rootfs"/usr/local/bin/*.sh

# As tsig-keygen writes it.
printf 'key "acme-updates" {\n\talgorithm hmac-sha256;\n\tsecret "%s";\n};\n' "$(openssl rand -base64 32)" >"$rootfs/etc/bind/tsig.key"
# The authority of a company: its root, and the certificate of the server that signs for it.
keys=$rootfs/etc/pebble
make_key() { quietly openssl openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -keyout "$keys/$1.key" "${@:2}"; }
make_key root -x509 -subj '/CN=Root of the tests' -out "$keys/root.pem"
make_key server -subj '/CN=ca' -out "$keys/server.csr"
quietly openssl openssl x509 -req -in "$keys/server.csr" -CA "$keys/root.pem" -CAkey "$keys/root.key" -CAcreateserial -days 3650 \
    -out "$keys/server.pem" -extfile <(echo 'subjectAltName=DNS:ca.acme-cloud.example')
# And a certificate of somebody's own, with its key.
make_key own -x509 -subj '/CN=own' -addext 'subjectAltName=DNS:shop.globex.example,DNS:*.own.example' -out "$keys/own.pem"
chmod 644 "$keys"/*
image_import tenantry-bed/acme:2 "$rootfs" '' -c 'CMD ["sleep", "86400"]' \
    -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
