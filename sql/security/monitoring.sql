-- What the monitoring is told (project/metrics/figures.py): numbers by kind and state, of all clinics together. The role
-- reads no table: rows hold ids, arguments and words, and who looks at dashboards needs none of them. The one id in the
-- answer is a clinic's, beside how old its newest reading is.
-- The name of a figure, the values of its labels in the order that the reader knows, the number; none for what is unknown.
-- Whatever it counts is small, or found by an index, or an estimate.

CREATE FUNCTION secured.people_figures() RETURNS TABLE (figure text, labels text[], number double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'clinics', ARRAY[]::text[], count(*)::double precision FROM public.accounts_clinic
    UNION ALL
    SELECT 'patients', ARRAY[p.status], count(*) FROM public.patients_patient AS p
    WHERE p.deleted_at IS NULL GROUP BY p.status
    UNION ALL
    SELECT 'alerts', ARRAY[a.kind], count(*) FROM public.analytics_alert AS a WHERE a.closed_at IS NULL GROUP BY a.kind
    UNION ALL
    SELECT 'imports', ARRAY[i.state], count(*) FROM public.glucose_import AS i GROUP BY i.state
$$;

-- Only people whom somebody linked and whom the account shows: of others nothing is to come.
CREATE FUNCTION secured.sync_figures() RETURNS TABLE (figure text, labels text[], number double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH person AS (
        SELECT a.clinic_id, a.id AS account_id, a.kind, extract(epoch FROM now() - v.newest_at) AS age
        FROM public.glucose_vendorpatient AS v
        JOIN public.glucose_sourceaccount AS a ON a.id = v.account_id
        WHERE v.state = 'linked' AND v.problem = '' AND a.state <> 'disabled'
    )
    SELECT 'accounts', ARRAY[a.kind, a.state], count(*)::double precision FROM public.glucose_sourceaccount AS a
    GROUP BY a.kind, a.state
    UNION ALL
    -- Whoever takes their sensor off makes no lag: the newest reading of the clinic counts.
    SELECT 'sync_lag', ARRAY[p.clinic_id::text], greatest(min(p.age), 0) FROM person AS p
    WHERE p.age IS NOT NULL GROUP BY p.clinic_id
    UNION ALL
    SELECT
        'linked_people',
        ARRAY[p.kind, CASE
            WHEN p.age IS NULL THEN 'never'
            WHEN p.age < 900 THEN '15m'
            WHEN p.age < 3600 THEN '1h'
            WHEN p.age < 86400 THEN '1d'
            ELSE 'older'
        END],
        count(*)
    FROM person AS p GROUP BY 2
    UNION ALL
    -- Of the accounts that say that all is well.
    SELECT
        'oldest_visit', ARRAY[a.kind],
        greatest(max(extract(epoch FROM now() - coalesce(a.last_success_at, a.created_at))), 0)
    FROM public.glucose_sourceaccount AS a
    WHERE a.state = 'active' AND EXISTS (SELECT FROM person AS p WHERE p.account_id = a.id)
    GROUP BY a.kind
    UNION ALL
    SELECT 'late_ranges', ARRAY[]::text[], count(*) FROM public.late_range
$$;

CREATE FUNCTION secured.work_figures() RETURNS TABLE (figure text, labels text[], number double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'tasks', ARRAY[t.queue, t.status], count(*)::double precision FROM public.work_task AS t
    WHERE t.status IN ('pending', 'processing') GROUP BY t.queue, t.status
    UNION ALL
    SELECT 'oldest_task', ARRAY[t.queue], greatest(max(extract(epoch FROM now() - t.created_at)), 0)
    FROM public.work_task AS t WHERE t.status = 'pending' GROUP BY t.queue
    UNION ALL
    SELECT 'dead_letters', ARRAY[d.queue], count(*) FROM public.work_deadletter AS d
    WHERE d.requeued_at IS NULL GROUP BY d.queue
    UNION ALL
    SELECT 'outbox', ARRAY[o.kind, o.state], count(*) FROM public.work_outboxentry AS o
    WHERE o.state IN ('waiting', 'given up') GROUP BY o.kind, o.state
    UNION ALL
    SELECT 'oldest_entry', ARRAY[o.kind], greatest(max(extract(epoch FROM now() - o.waiting_since)), 0)
    FROM public.work_outboxentry AS o WHERE o.state = 'waiting' GROUP BY o.kind
    UNION ALL
    -- Who holds it is a name of a machine and a process.
    SELECT 'lease', ARRAY[l.holder], extract(epoch FROM l.expires_at) FROM public.work_lease AS l
    WHERE l.name = 'scheduler'
    UNION ALL
    SELECT 'schedule_done', ARRAY[r.schedule], extract(epoch FROM max(r.finished_at)) FROM public.work_scheduledrun AS r
    WHERE r.outcome = 'done' GROUP BY r.schedule
    UNION ALL
    SELECT 'schedule_seconds', ARRAY[r.schedule], extract(epoch FROM r.finished_at - r.started_at)
    FROM (
        SELECT DISTINCT ON (s.schedule) s.schedule, s.started_at, s.finished_at FROM public.work_scheduledrun AS s
        WHERE s.outcome = 'done' ORDER BY s.schedule, s.period DESC
    ) AS r
    UNION ALL
    SELECT 'runs_overdue', ARRAY[r.schedule], count(*) FILTER (WHERE r.outcome = '' AND r.overdue_at < now())
    FROM public.work_scheduledrun AS r GROUP BY r.schedule
$$;

-- In a language whose statements are looked at when they run: there are servers without TimescaleDB to try rights on.
CREATE FUNCTION secured.storage_figures() RETURNS TABLE (figure text, labels text[], number double precision)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT 'readings', ARRAY[]::text[], public.approximate_row_count('public.reading')::double precision;
    RETURN QUERY
    SELECT 'policy_failures', ARRAY[j.proc_name::text], sum(s.total_failures)::double precision
    FROM timescaledb_information.jobs AS j
    JOIN timescaledb_information.job_stats AS s ON s.job_id = j.job_id
    WHERE j.hypertable_name IS NOT NULL GROUP BY j.proc_name;
    -- Where TimescaleDB has no scheduler of its own, ours notes when it ran them.
    RETURN QUERY
    SELECT
        'policy_ran', ARRAY[j.proc_name::text],
        extract(epoch FROM min(greatest(nullif(s.last_successful_finish, '-infinity'), r.ran_at)))::double precision
    FROM timescaledb_information.jobs AS j
    LEFT JOIN timescaledb_information.job_stats AS s ON s.job_id = j.job_id
    LEFT JOIN public.policy_run AS r ON r.job_id = j.job_id
    WHERE j.hypertable_name IS NOT NULL GROUP BY j.proc_name;
END
$$;

CREATE FUNCTION secured.database_figures() RETURNS TABLE (figure text, labels text[], number double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'bytes', ARRAY[]::text[], pg_database_size(current_database())::double precision
    UNION ALL
    SELECT 'connections', ARRAY[coalesce(a.state, 'unknown')], count(*) FROM pg_stat_activity AS a
    WHERE a.datname = current_database() AND a.backend_type = 'client backend' GROUP BY a.state
    UNION ALL
    SELECT 'most_connections', ARRAY[]::text[], current_setting('max_connections')::int
    UNION ALL
    SELECT 'longest_transaction', ARRAY[]::text[], coalesce(max(extract(epoch FROM now() - a.xact_start)), 0)
    FROM pg_stat_activity AS a
    WHERE a.datname = current_database() AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
    UNION ALL
    SELECT 'lock_waits', ARRAY[]::text[], count(*) FROM pg_stat_activity AS a
    WHERE a.datname = current_database() AND a.wait_event_type = 'Lock'
    UNION ALL
    SELECT c.figure, c.labels, c.number
    FROM pg_stat_database AS d,
        LATERAL (
            VALUES
            ('transactions', ARRAY['committed'], d.xact_commit::double precision),
            ('transactions', ARRAY['rolled_back'], d.xact_rollback),
            ('blocks', ARRAY['hit'], d.blks_hit),
            ('blocks', ARRAY['read'], d.blks_read),
            ('deadlocks', ARRAY[]::text[], d.deadlocks),
            ('temporary_bytes', ARRAY[]::text[], d.temp_bytes)
        ) AS c (figure, labels, number)
    WHERE d.datname = current_database()
    UNION ALL
    SELECT c.figure, ARRAY[]::text[], c.number
    FROM pg_stat_archiver AS a,
        LATERAL (
            VALUES
            ('archived', extract(epoch FROM a.last_archived_time)::double precision),
            ('archive_failures', a.failed_count)
        ) AS c (figure, number)
    UNION ALL
    SELECT 'backup', ARRAY[]::text[], extract(epoch FROM max(b.finished_at)) FROM public.work_backuprun AS b
    WHERE b.failure = '' AND b.kind IN ('full', 'incr')
    UNION ALL
    SELECT 'backup_failed', ARRAY[b.kind], (b.failure <> '')::int
    FROM (
        SELECT DISTINCT ON (r.kind) r.kind, r.failure FROM public.work_backuprun AS r ORDER BY r.kind, r.finished_at DESC
    ) AS b
    UNION ALL
    SELECT 'replica_lag', ARRAY[r.application_name], coalesce(extract(epoch FROM r.replay_lag), 0)
    FROM pg_stat_replication AS r
$$;

REVOKE EXECUTE ON FUNCTION
    secured.people_figures(), secured.sync_figures(), secured.work_figures(), secured.storage_figures(),
    secured.database_figures()
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    secured.people_figures(), secured.sync_figures(), secured.work_figures(), secured.storage_figures(),
    secured.database_figures()
TO saude_monitoring;
GRANT USAGE ON SCHEMA secured TO saude_monitoring;
