-- Dead letters (work/dead_letters.py): the worker writes them, the administrators of a clinic send those of their clinic
-- again or discard them, operators do so with all. What a letter says changes nobody: it would be the worker's to do.

GRANT SELECT, DELETE ON work_deadletter TO saude_app;
GRANT UPDATE (requeued_at, requeued_by_id) ON work_deadletter TO saude_app;
GRANT INSERT, UPDATE, DELETE ON work_deadletter TO saude_worker;
GRANT SELECT ON work_deadletter TO saude_monitoring;

ALTER TABLE work_deadletter ENABLE ROW LEVEL SECURITY;
ALTER TABLE work_deadletter FORCE ROW LEVEL SECURITY;
CREATE POLICY trusted ON work_deadletter TO CURRENT_USER, saude_worker USING (true);
CREATE POLICY monitoring ON work_deadletter FOR SELECT TO saude_monitoring USING (true);
CREATE POLICY of_clinic ON work_deadletter FOR SELECT TO saude_app
USING (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_admin()));
-- In one's own name. A letter that was sent again is still locked by who discards it.
CREATE POLICY requeued ON work_deadletter FOR UPDATE TO saude_app
USING (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_admin()))
WITH CHECK (requeued_at BETWEEN '2000-01-01' AND '2200-01-01' AND requeued_by_id = (SELECT secured.actor()));
CREATE POLICY discarded ON work_deadletter FOR DELETE TO saude_app
USING (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_admin()));
CREATE POLICY operated ON work_deadletter TO saude_operator USING (true);
