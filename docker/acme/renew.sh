#!/bin/sh
# Gets a certificate for ACME_NAMES by HTTP-01 and keeps it new: looks now and then twice a day, for ever.
# What nginx reads is put there under its final name in one step, the key before the certificate that fits it.
set -eu
umask 077

every=${ACME_EVERY_SECONDS:-43200}
if [ -z "${ACME_NAMES:-}" ]; then
    echo "renew: ACME_NAMES is empty: the names of the certificate, separated by commas" >&2
    exit 2
fi

put() { # a copy of $1 as $2
    cp "$1" "$2.new"
    chmod 0400 "$2.new"
    mv -f "$2.new" "$2"
}

round() {
    if [ -n "${ACME_EMAIL:-}" ]; then set -- --email "$ACME_EMAIL"; else set -- --register-unsafely-without-email; fi
    certbot certonly "$@" --non-interactive --agree-tos --keep-until-expiring --expand --cert-name saude-ia \
        --domains "$ACME_NAMES" --server "$ACME_SERVER" --webroot --webroot-path /srv/acme \
        --config-dir /var/lib/acme --work-dir /tmp/certbot --logs-dir /tmp/certbot || return 1
    issued=/var/lib/acme/live/saude-ia
    cmp -s "$issued/fullchain.pem" /certificates/fullchain.pem || {
        put "$issued/privkey.pem" /certificates/privkey.pem
        put "$issued/fullchain.pem" /certificates/fullchain.pem
        echo "renew: nginx has a new certificate"
    }
}

trap 'exit 0' TERM INT
while :; do
    # A round that failed is tried again at the next one; meanwhile the health check tells it.
    if round; then touch /tmp/renewed; fi
    sleep "$every" &
    wait $!
done
