#!/bin/sh
# Starts the edge, or has it take what changed:
#
#   start.sh          make the place, then become nginx
#   start.sh reload   make it anew, for another certificate or setting, and have nginx take it; no connection is dropped
#   start.sh check    make it, and say whether nginx accepts it
#
# TLS is on where EDGE_CERTIFICATES has fullchain.pem and privkey.pem; that they came or changed is seen within a minute.
# All variables, with the container's values:
set -eu
here=$(cd "$(dirname "$0")" && pwd)
place=${EDGE_PLACE:-/tmp/edge}                          # what is written: configuration, cache, temporary files
http=${EDGE_HTTP:-8080}                                 # where to listen: a port, or address and port
https=${EDGE_HTTPS:-8443}
health=${EDGE_HEALTH:-127.0.0.1:8081}
public=${EDGE_HTTPS_PUBLIC:-443}                        # the port of https as browsers know it
web=${EDGE_WEB:-web:8000}                               # one or several, separated by spaces
live=${EDGE_LIVE:-live:8000}
resolver=${EDGE_RESOLVER-127.0.0.11}                    # Docker's own; empty where web and live are addresses
trusted=${EDGE_TRUSTED_PROXY:-}                         # who terminates TLS in front of us and tells the client's address
static=${EDGE_STATIC:-/srv/static}
docs=${EDGE_DOCS:-/srv/docs}
media=${EDGE_MEDIA:-/srv/media}
acme=${EDGE_ACME:-/srv/acme}
certificates=${EDGE_CERTIFICATES:-/etc/nginx/certificates}
watched=${EDGE_WATCH_SECONDS:-60}
mime_types=${EDGE_MIME_TYPES:-/etc/nginx/mime.types}
directives=${EDGE_DIRECTIVES:-}                         # of nginx.conf's outermost level
hsts_seconds=${HSTS_SECONDS:-31536000}                  # as the application has them
hsts_subdomains=${HSTS_SUBDOMAINS:-true}

# A container that is made anew has a new address: it is asked for every few seconds.
servers() {
    for server in $1; do
        echo "server $server${resolver:+ resolve} max_fails=3 fail_timeout=5s;"
    done
}

tls_is_there() {
    [ -s "$certificates/fullchain.pem" ] && [ -s "$certificates/privkey.pem" ]
}

listen_https() {
    version=$(nginx -v 2>&1)
    case ${version#*/} in
        1.1?.* | 1.2[0-4].*) echo "listen $https ssl http2;" ;;
        *) echo "listen $https ssl; http2 on;" ;;
    esac
}

http_conf() {
    [ -z "$resolver" ] || echo "resolver $resolver valid=5s ipv6=off;"
    for proxy in $trusted; do
        echo "set_real_ip_from $proxy;"
    done
    [ -z "$trusted" ] || echo "real_ip_header X-Forwarded-For;"
    if [ "$hsts_seconds" = 0 ]; then hsts=''; else hsts="max-age=$hsts_seconds"; fi
    case $hsts_subdomains in
        [Tt]rue | 1 | yes | on) hsts=${hsts:+$hsts; includeSubDomains} ;;
    esac
    echo "map \$proto \$hsts { https '$hsts'; default ''; }"
    if [ "$public" = 443 ]; then port=''; else port=":$public"; fi
    echo "map '' \$https_port { default '$port'; }"
    if tls_is_there; then
        echo "server { listen $http; server_name _; include redirect.conf; }"
        echo "server { $(listen_https) server_name _; include tls.conf; include site.conf; }"
    else
        echo "server { listen $http; server_name _; include site.conf; }"
    fi
}

make_place() {
    mkdir -p "$place/place"
    cp "$here"/*.conf "$place/"
    cp "$mime_types" "$place/mime.types"
    servers "$web" > "$place/place/web.conf"
    servers "$live" > "$place/place/live.conf"
    echo "listen $health;" > "$place/place/health.conf"
    http_conf > "$place/place/http.conf"
    # Links, so that the paths of nginx.conf are the same everywhere.
    ln -sfn "$static" "$place/static"
    ln -sfn "$docs" "$place/docs"
    ln -sfn "$media" "$place/media"
    ln -sfn "$acme" "$place/acme"
    ln -sfn "$certificates" "$place/certificates"
}

certificate() {
    cat "$certificates/fullchain.pem" "$certificates/privkey.pem" 2>/dev/null | cksum
}

# For as long as the process $1 runs.
watch() {
    known=$(certificate)
    while sleep "$watched" && kill -0 "$1" 2>/dev/null; do
        found=$(certificate)
        if [ "$found" != "$known" ]; then
            known=$found
            "$here/start.sh" reload || echo "start.sh: the certificate is not taken" >&2
        fi
    done
}

make_place
case ${1:-start} in
    start)
        watch "$$" &
        exec nginx -p "$place/" -c "$place/nginx.conf" -g "daemon off; $directives"
        ;;
    reload)
        nginx -t -q -p "$place/" -c "$place/nginx.conf" -g "$directives"
        nginx -s reload -p "$place/" -c "$place/nginx.conf"
        ;;
    check) nginx -t -q -p "$place/" -c "$place/nginx.conf" -g "$directives" ;;
    *)
        echo "start.sh: start, reload or check" >&2
        exit 2
        ;;
esac
