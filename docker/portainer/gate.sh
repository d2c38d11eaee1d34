#!/bin/sh
# The gate in front of Portainer: lets through what comes from this machine itself, and from the addresses and
# networks in PORTAINER_ALLOWED, separated by commas; hangs up on everybody else. TLS is Portainer's own.
set -eu

allow() { echo "        allow $1;"; }

# What reaches the published port from the machine itself comes from the bridge's own address; others keep theirs.
gateway=$(awk '$2 == "00000000" {print $3; exit}' /proc/net/route | sed 's/../0x& /g' | {
    read -r d c b a
    printf '%d.%d.%d.%d' "$a" "$b" "$c" "$d"
})
allowed=$(allow "$gateway")
for address in $(echo "${PORTAINER_ALLOWED:-}" | tr ',' ' '); do
    case $address in
        *[!0-9a-fA-F.:/]*)
            echo "gate: $address is neither an address nor a network: PORTAINER_ALLOWED" >&2
            exit 2
            ;;
    esac
    allowed="$allowed
$(allow "$address")"
done

cat >/tmp/gate.conf <<CONF
worker_processes 1;
pid /tmp/gate.pid;
error_log /dev/stderr info; # who came, and whom it hung up on
events {
    worker_connections 256;
}
stream {
    server {
        listen 9443;
$allowed
        deny all;
        proxy_connect_timeout 5s;
        proxy_timeout 1h;
        proxy_pass portainer:9443;
    }
}
# Whether the gate itself works: asked by the container's health check, from inside only.
http {
    access_log off;
    client_body_temp_path /tmp/client_body;
    proxy_temp_path /tmp/proxy;
    fastcgi_temp_path /tmp/fastcgi;
    uwsgi_temp_path /tmp/uwsgi;
    scgi_temp_path /tmp/scgi;
    server {
        listen 127.0.0.1:8081;
        location = / {
            return 204;
        }
    }
}
CONF
exec nginx -c /tmp/gate.conf -g 'daemon off;'
