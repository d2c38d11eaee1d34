-- What an owner and the sending of messages do to tasks beside the row's own policy (people.sql), and what users are told.

-- A task's message goes out after the commit, when nobody is named any more. A worker may have it before this is noted.
CREATE FUNCTION secured.note_task_sent(sent uuid, at timestamptz, lost_after interval) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH noted AS (
        UPDATE public.work_task SET
            sent_at = at,
            sends = least(sends, 100) + 1,
            overdue_at = CASE status
                WHEN 'pending' THEN greatest(overdue_at, clock_timestamp() + least(lost_after, '1 hour'))
                ELSE overdue_at
            END
        WHERE id = sent AND sent_at IS NULL AND at BETWEEN '2000-01-01' AND '2200-01-01'
        RETURNING 1
    )
    SELECT count(*) FROM noted
$$;

-- Cancel a task of the caller's: at once while it waits, and by its worker, at its next step, while it is done. What the
-- task was; null where it is not theirs.
CREATE FUNCTION secured.cancel_task(wanted uuid, at timestamptz) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH found AS (
        SELECT t.id, t.status FROM public.work_task AS t
        WHERE t.id = wanted AND t.owner_id = secured.actor() AND at BETWEEN '2000-01-01' AND '2200-01-01'
        FOR UPDATE
    ), cancelled AS (
        UPDATE public.work_task AS t SET
            cancel_requested_at = coalesce(t.cancel_requested_at, at),
            status = CASE found.status WHEN 'pending' THEN 'cancelled' ELSE found.status END,
            finished_at = CASE found.status WHEN 'pending' THEN at END
        FROM found WHERE t.id = found.id AND found.status IN ('pending', 'processing')
    )
    SELECT status FROM found
$$;

-- The worker tells; the application shows what somebody was told.
GRANT SELECT, UPDATE (read_at) ON work_notification TO saude_app;
GRANT INSERT, UPDATE, DELETE ON work_notification TO saude_worker;
ALTER TABLE public.work_notification ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.work_notification FORCE ROW LEVEL SECURITY;
CREATE POLICY trusted ON work_notification TO CURRENT_USER, saude_worker USING (true);
CREATE POLICY own ON work_notification FOR SELECT TO saude_app USING (user_id = (SELECT secured.actor()));
CREATE POLICY read ON work_notification FOR UPDATE TO saude_app USING (user_id = (SELECT secured.actor()))
WITH CHECK (read_at BETWEEN '2000-01-01' AND '2200-01-01');

-- Operators see how periodic work goes.
GRANT SELECT ON work_scheduledrun TO saude_operator;

-- How the backups went: the service that makes them is the superuser, who needs no grant.
GRANT SELECT ON work_backuprun TO saude_operator, saude_worker;
