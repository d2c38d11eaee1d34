-- The outbox (work/outbox.py): the worker mails and sends what an entry says, so the application writes only what the one
-- who asks could ask for, and its key is of the thing that it is about, so that nobody takes the key of another.

GRANT SELECT ON work_outboxentry TO saude_app;
-- Not the id, which orders a lane: whoever took those that come next would have the entries of others dropped.
GRANT INSERT (
    kind, key, lane, payload, state, attempts, error, put_at, waiting_since, next_attempt_at, token, claimed_until, settled_at
) ON work_outboxentry TO saude_app;
GRANT INSERT, UPDATE, DELETE ON work_outboxentry TO saude_worker;

ALTER TABLE work_outboxentry ENABLE ROW LEVEL SECURITY;
ALTER TABLE work_outboxentry FORCE ROW LEVEL SECURITY;
CREATE POLICY trusted ON work_outboxentry TO CURRENT_USER, saude_worker USING (true);
-- One that the worker cannot read would hold up others; a key goes into headers.
CREATE POLICY only_as_new ON work_outboxentry AS RESTRICTIVE FOR INSERT TO saude_app
WITH CHECK (
    state = 'waiting' AND attempts = 0 AND token = 0 AND error = '' AND claimed_until IS NULL AND settled_at IS NULL
    AND key ~ '^[A-Za-z0-9:_-]{1,200}$'
    AND put_at BETWEEN '2000-01-01' AND now() + INTERVAL '1 hour'
    AND waiting_since BETWEEN '2000-01-01' AND now() + INTERVAL '1 hour'
    AND next_attempt_at BETWEEN '2000-01-01' AND now() + INTERVAL '1 hour'
);
CREATE POLICY asked_for ON work_outboxentry FOR INSERT TO saude_app
WITH CHECK (
    CASE kind
        -- Of what was changed about how somebody signs in.
        WHEN 'notice_mail' THEN
            payload = jsonb_build_object('user', payload ->> 'user', 'notice', payload ->> 'notice')
            -- Another would be tried for a day, and hold up the others of its reader.
            AND payload ->> 'notice' IN ('password', 'factor added', 'factor removed', 'factor reset', 'new codes')
            AND key LIKE 'notice:' || (payload ->> 'user') || ':%'
            AND lane = 'user:' || (payload ->> 'user') || ':mail'
            AND (
                payload ->> 'user' = (SELECT secured.actor())::text
                OR ((SELECT secured.is_admin()) AND secured.is_colleague((payload ->> 'user')::uuid))
            )
        WHEN 'invitation_mail' THEN
            payload = jsonb_build_object('user', payload ->> 'user')
            AND key LIKE 'invitation:' || (payload ->> 'user') || ':%'
            AND lane = 'user:' || (payload ->> 'user') || ':mail'
            AND (SELECT secured.is_admin()) AND secured.is_colleague((payload ->> 'user')::uuid)
        -- To an endpoint of one's clinic, to see whether it answers.
        WHEN 'webhook' THEN
            payload = jsonb_build_object(
                'webhook', payload ->> 'webhook', 'event', 'webhook.test', 'subject', jsonb_build_object()
            )
            AND key LIKE 'test:%:' || (payload ->> 'webhook')
            AND lane = 'test:webhook:' || (payload ->> 'webhook')
            AND (SELECT secured.is_admin())
            AND EXISTS (SELECT FROM accounts_webhook AS w WHERE w.id::text = payload ->> 'webhook')
        ELSE false
    END
);
-- What became of it is the administrators' to see.
CREATE POLICY of_clinic ON work_outboxentry FOR SELECT TO saude_app
USING (
    kind = 'webhook' AND (SELECT secured.is_admin())
    AND EXISTS (SELECT FROM accounts_webhook AS w WHERE w.id::text = payload ->> 'webhook')
);

-- Operators see what waits and what was given up, and have it sent again.
GRANT UPDATE (state, attempts, waiting_since, next_attempt_at, claimed_until, settled_at) ON work_outboxentry
TO saude_operator;
CREATE POLICY operated ON work_outboxentry FOR SELECT TO saude_operator USING (true);
CREATE POLICY sent_again ON work_outboxentry FOR UPDATE TO saude_operator
USING (state = 'given up') WITH CHECK (state = 'waiting' AND attempts = 0);
