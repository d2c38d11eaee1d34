#!/bin/sh
# Makes the secrets of docker-compose.yml: docker/make-secrets.sh [FOLDER], by default ./secrets.
# It refuses to touch a folder that is there: a lost database password is a lost database.
#
# The folder is closed to everybody else on this machine (0700). The files inside are readable (0444), because
# Docker mounts them with the owner they have here, and no process in a container runs as you: a container
# sees only the files that its service names.
set -eu
umask 077

folder=${1:-secrets}
if ! mkdir "$folder" 2>/dev/null; then
    echo "make-secrets: $folder cannot be made, or is there already: it is left as it is" >&2
    exit 1
fi

random() { # as many random bytes, in letters that need no quoting in a URL
    head -c "$1" /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_'
}
put() { # no newline at the end: it would become a part of the secret
    printf '%s' "$2" >"$folder/$1.txt"
    chmod 0444 "$folder/$1.txt"
}

redis=$(random 33)
put database_password "$(random 33)"
for role in owner app operator worker monitoring; do
    password=$(random 33)
    put "${role}_password" "$password"
    put "database_url_$role" "postgres://saude_$role:$password@db:5432/saude"
done
put redis_password "$redis"
put redis_url "redis://:$redis@redis:6379/0"
put secret_key "$(random 48)"
put field_encryption_keys "$(random 32)" # a Fernet key: 32 bytes in URL-safe base64
put blind_index_keys "$(random 48)"
put portainer_password "$(random 24)"
put grafana_password "$(random 24)"
put alert_mail_password "" # of the mail server, where alerts are to be mailed
# As pgBackRest reads it, a part of its configuration.
put backup_key "[global]
repo1-cipher-pass=$(random 48)"
echo "make-secrets: $folder is made. Keep a copy of backup_key.txt, field_encryption_keys.txt and blind_index_keys.txt" >&2
echo "make-secrets: away from the backups: without the first no backup can be restored, without the second names and" >&2
echo "make-secrets: passwords that are stored cannot be read." >&2
