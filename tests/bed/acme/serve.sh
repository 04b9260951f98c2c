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
{"pebble": {"listenAddress": "127.0.0.1:14001", "managementListenAddress": "0.0.0.0:15000",
  "certificate": "/etc/pebble/server.pem", "privateKey": "/etc/pebble/server.key", "httpPort": 80, "tlsPort": 443,
  "certificateValidityPeriod": ${2:-7776000}}}
CONFIG
pebble-challtestsrv -defaultIPv4 "$1" -defaultIPv6 "" -http01 "" -https01 "" -tlsalpn01 "" >/tmp/challtestsrv.log 2>&1 &
named -f -c /etc/bind/named.conf >/tmp/named.log 2>&1 &
# Pebble 2.4 stands still for ever when two orders meet: each waits for a lock that the other has, and a Traefik with many new names asks for
# all of them at once. So each request waits for the one before it.
cat /etc/pebble/server.pem /etc/pebble/server.key >/tmp/server.pem
cat >/tmp/haproxy.cfg <<'CONFIG'
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout queue 60s
listen acme
    bind :14000 ssl crt /tmp/server.pem alpn h2,http/1.1
    server pebble 127.0.0.1:14001 ssl verify none maxconn 1
CONFIG
haproxy -db -f /tmp/haproxy.cfg >/tmp/haproxy.log 2>&1 &
nc -ll -p 9000 -e /usr/local/bin/echo.sh &
# No nonce is refused and no wait is drawn by lot: what a test sees depends on nothing but what it did.
PEBBLE_WFE_NONCEREJECT=0 PEBBLE_VA_NOSLEEP=1 PEBBLE_AUTHZREUSE=0 exec pebble -config /tmp/pebble.json -dnsserver 127.0.0.1:53 >/tmp/pebble.log 2>&1
