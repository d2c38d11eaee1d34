#!/bin/sh
# The service `backup`, and what its operators call (docs/operate/backup.md):
#   saude-backup serve             a backup each day after BACKUP_HOUR (UTC), a full one each BACKUP_FULL_DAYS; until stopped
#   saude-backup now [full|incr]   one at once
#   saude-backup check             read everything that is kept, and look for holes in the archive
#   saude-backup health            whether the last one is younger than BACKUP_OLD_HOURS
#   saude-backup due               which kind is due now: full, incr, or nothing
#   saude-backup restore [TIME]    the data directory as it was then, such as "2026-11-26 02:15:00+00"; without one, the newest
# What went well is remembered beside the repository; the database's table work_backuprun tells it to the monitoring.
set -u
umask 077

state=${BACKUP_STATE:-/var/lib/pgbackrest/state}
hour=${BACKUP_HOUR:-2}
full_days=${BACKUP_FULL_DAYS:-7}
old_hours=${BACKUP_OLD_HOURS:-26}
day=86400

say() { echo "backup: $*" >&2; }
now() { date +%s; }
last() { cat "$state/$1" 2>/dev/null || echo 0; } # the second in which it last ended well, 0 for never
remember() { mkdir -p "$state" && now >"$state/$1.new" && mv "$state/$1.new" "$state/$1"; }

tell() { # KIND BEGAN FAILURE: a row for the monitoring; where the database is not there or not migrated, only a line
    kilobytes=$(du -sk "${state%/*}" | cut -f1)
    psql --no-psqlrc --quiet --username postgres --dbname "${POSTGRES_DB:-saude}" -v ON_ERROR_STOP=1 \
        -v kind="$1" -v began="$2" -v failure="$3" -v bytes="$((kilobytes * 1024))" <<'SQL' || say "the database was not told"
INSERT INTO public.work_backuprun (id, kind, started_at, finished_at, failure, repository_bytes)
VALUES (gen_random_uuid(), :'kind', to_timestamp(:began), clock_timestamp(), :'failure', :bytes);
SQL
}

back_up() { # full|incr
    began=$(now)
    if ! pgbackrest --stanza=saude stanza-create || ! pgbackrest --stanza=saude --type="$1" backup; then
        say "the backup ($1) failed"
        tell "$1" "$began" "the backup failed: its log says why"
        return 1
    fi
    remember last_success
    [ "$1" = incr ] || remember last_full
    tell "$1" "$began" ""
    say "a backup ($1) is made, in $(($(now) - began)) s"
}

opens() { # whether the key is that of the repository
    pgbackrest --stanza=saude repo-get backup/saude/backup.info 2>/dev/null | grep -q '^\[backrest\]' && return
    say "the repository cannot be opened: its key is another one (conf.d/key.conf), or there is no backup in it"
    return 1
}

holes() { # of the archive, one a line: the first segment that is missing, by each timeline
    pgbackrest --stanza=saude repo-ls --recurse --filter='/[0-9A-F]{24}-[0-9a-f]{40}' archive/saude |
        sed 's|.*/\([0-9A-F]\{24\}\)-.*|\1|' | sort -u | {
        before_line="" before=0
        while read -r segment; do
            rest=${segment#????????}
            line=${segment%"$rest"} number=$((0x${rest%????????} * 256 + 0x${rest#????????}))
            if [ "$line" = "$before_line" ] && [ "$number" -ne $((before + 1)) ]; then
                printf '%s%08X%08X\n' "$line" $(((before + 1) / 256)) $(((before + 1) % 256))
            fi
            before_line=$line before=$number
        done
    }
}

check() {
    began=$(now) failure=""
    opens || return 1
    # Its exit code says nothing of what it found; without --verbose it prints only what is wrong.
    if ! found=$(pgbackrest --stanza=saude --output=text verify 2>&1) || echo "$found" | grep -q 'error\|invalid'; then
        failure="what is kept is damaged or cannot be read"
        echo "$found" | tr -cd '[:print:]\n' >&2
    fi
    if ! missing=$(holes); then
        failure=${failure:-"the archive cannot be listed"}
    elif [ -n "$missing" ]; then
        failure=${failure:-"the archive has a hole: make a backup now"}
        say "the archive lacks $(echo "$missing" | tr '\n' ' ')"
    fi
    tell check "$began" "$failure"
    if [ -n "$failure" ]; then
        say "$failure"
        return 1
    fi
    remember last_check
    say "everything that is kept was read and is whole, in $(($(now) - began)) s"
}

due() { # prints full or incr where none ended well since the clock last showed the hour
    [ "$(last last_success)" -ge $((($(now) - hour * 3600) / day * day + hour * 3600)) ] && return
    if [ $(($(now) - $(last last_full))) -ge $((full_days * day - day / 2)) ]; then echo full; else echo incr; fi
}

serve() {
    trap 'exit 0' TERM INT
    while :; do
        kind=$(due)
        pause=60
        if [ -n "$kind" ]; then
            back_up "$kind" && check || pause=600 # what failed is not tried each minute
        fi
        sleep "$pause" &
        wait $!
    done
}

restore() { # [TIME]
    opens || return 1
    data=${PGBACKREST_PG1_PATH:-/var/lib/postgresql/data}
    if [ -e "$data/postmaster.pid" ] && psql --no-psqlrc --quiet --username postgres --dbname postgres -c "" 2>/dev/null; then
        say "the database runs: stop it first"
        return 1
    fi
    began=$(now)
    # --delta keeps what is the same already; an empty folder is filled.
    if [ -n "$1" ]; then set -- --type=time "--target=$1" --target-action=promote; else set --; fi
    pgbackrest --stanza=saude --delta "$@" restore || return 1
    say "restored in $(($(now) - began)) s; the database replays the log when it starts"
}

health() {
    age=$((($(now) - $(last last_success)) / 3600))
    if [ "$age" -ge "$old_hours" ]; then
        say "the last backup is older than $old_hours hours"
        return 1
    fi
}

case "${1:-}" in
serve) serve ;;
now) back_up "${2:-incr}" && check ;;
check) check ;;
due) due ;;
restore) restore "${2:-}" ;;
health) health ;;
*)
    say "serve, now [full|incr], check, health, due or restore [TIME]"
    exit 2
    ;;
esac
