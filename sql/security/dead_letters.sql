-- Dead letters (work/dead_letters.py): the worker writes them, the administrators of a clinic send those of their clinic
-- again or discard them, operators do so with all. What a letter says changes nobody: it would be the worker's to do.

GRANT SELECT, DELETE ON work_deadletter TO saude_app;
GRANT UPDATE (requeued_at, requeued_by_id) ON work_deadletter TO saude_app;
GRANT INSERT, UPDATE, DELETE ON work_deadletter TO saude_worker;

ALTER TABLE work_deadletter ENABLE ROW LEVEL SECURITY;
ALTER TABLE work_deadletter FORCE ROW LEVEL SECURITY;
CREATE POLICY trusted ON work_deadletter TO CURRENT_USER, saude_worker USING (true);
CREATE POLICY of_clinic ON work_deadletter FOR SELECT TO saude_app
USING (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_admin()));
-- In one's own name. A letter that was sent again is still locked by who discards it.
CREATE POLICY requeued ON work_deadletter FOR UPDATE TO saude_app
USING (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_admin()))
WITH CHECK (requeued_at BETWEEN '2000-01-01' AND '2200-01-01' AND requeued_by_id = (SELECT secured.actor()));
CREATE POLICY discarded ON work_deadletter FOR DELETE TO saude_app
USING (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_admin()));
CREATE POLICY operated ON work_deadletter TO saude_operator USING (true);

-- Make the task that a letter was the message of one to be done again; nothing of what it says is the caller's to choose.
-- Whether there was such a task that had ended.
CREATE FUNCTION secured.renew_task_of_letter(letter uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Who is named is an administrator of the letter's clinic; who is not is the worker or an operator.
    IF NOT EXISTS (
        SELECT FROM public.work_deadletter AS l
        WHERE l.id = letter AND l.requeued_at IS NULL AND (
            (l.clinic_id = secured.clinic() AND secured.is_admin())
            OR secured.trusted()
            OR secured.invoker() = 'saude_operator'
        )
    ) THEN
        RETURN false;
    END IF;
    UPDATE public.work_task AS t SET
        status = 'pending', progress = 0, error = '', result = NULL, sent_at = NULL, started_at = NULL, finished_at = NULL,
        cancel_requested_at = NULL, sends = 0, lost = 0, overdue_at = clock_timestamp() + INTERVAL '30 seconds'
    FROM public.work_deadletter AS l
    WHERE l.id = letter AND t.id = l.task_id AND t.status IN ('failed', 'cancelled');
    RETURN FOUND;
END
$$;
