-- Webhooks (accounts/webhooks.py): the administrators' to manage; whoever changes a patient of the clinic may have them
-- told, so the clinic's staff and programs see which there are. Address and secrets are sealed.

GRANT SELECT, INSERT, DELETE ON accounts_webhook TO saude_app;
GRANT UPDATE (
    url, description, events, secret, old_secret, old_until, active, failing_since, paused_until, disabled_because
) ON accounts_webhook TO saude_app;
GRANT UPDATE ON accounts_webhook TO saude_worker;

ALTER TABLE accounts_webhook ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts_webhook FORCE ROW LEVEL SECURITY;
CREATE POLICY trusted ON accounts_webhook TO CURRENT_USER, saude_worker USING (true);
CREATE POLICY of_clinic ON accounts_webhook FOR SELECT TO saude_app
USING (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.role()) IN ('admin', 'clinician', 'service'));
CREATE POLICY managed ON accounts_webhook TO saude_app
USING (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_admin()))
WITH CHECK (
    clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_admin())
    AND created_at BETWEEN '2000-01-01' AND '2200-01-01'
    AND coalesce(old_until, created_at) BETWEEN '2000-01-01' AND '2200-01-01'
    AND coalesce(failing_since, created_at) BETWEEN '2000-01-01' AND '2200-01-01'
    AND coalesce(paused_until, created_at) BETWEEN '2000-01-01' AND '2200-01-01'
    AND coalesce(last_success_at, created_at) BETWEEN '2000-01-01' AND '2200-01-01'
    AND coalesce(last_failure_at, created_at) BETWEEN '2000-01-01' AND '2200-01-01'
);
