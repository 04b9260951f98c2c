#!/bin/sh
# serve.sh TRAEFIK [SECONDS]: an authority at https://ca.acme-cloud.example:14000/dir whose certificates last so long, and the name
# servers of its challenges. Every name that no zone has is at the address TRAEFIK.
set -e
cd /var/cache/bind
own=$(hostname -i | cut -d ' ' -f 1)
zone() { printf '$TTL 1\n@ SOA ns hostmaster 1 60 60 60 1\n@ NS ns.erp.acme-cloud.example.\n%s\n' "$2" >"$1.zone"; }
zone erp "ns A $own"
zone nowhere ""
cat >/tmp/pebble.json <<CONFIG
{"pebble": {"listenAddress": "0.0.0.0:14000", "managementListenAddress": "0.0.0.0:15000",
  "certificate": "/etc/pebble/server.pem", "privateKey": "/etc/pebble/server.key", "httpPort": 80, "tlsPort": 443,
  "certificateValidityPeriod": ${2:-7776000}}}
CONFIG
pebble-challtestsrv -defaultIPv4 "$1" -defaultIPv6 "" -http01 "" -https01 "" -tlsalpn01 "" >/tmp/challtestsrv.log 2>&1 &
named -f -c /etc/bind/named.conf >/tmp/named.log 2>&1 &
nc -ll -p 9000 -e /usr/local/bin/echo.sh &
# No nonce is refused and no wait is drawn by lot: what a test sees depends on nothing but what it did.
PEBBLE_WFE_NONCEREJECT=0 PEBBLE_VA_NOSLEEP=1 PEBBLE_AUTHZREUSE=0 exec pebble -config /tmp/pebble.json -dnsserver 127.0.0.1:53 >/tmp/pebble.log 2>&1
