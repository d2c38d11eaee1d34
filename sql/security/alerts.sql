-- Alerts (analytics/services/alert_*.py): the worker raises and closes them; people see those of their patients, and
-- acknowledge and snooze them. Alerts of accounts are of no patient: who looks at the clinic's accounts sees them.

GRANT SELECT, INSERT ON analytics_alertrule, analytics_alertevent TO saude_app;
GRANT SELECT, UPDATE (acknowledged_at, acknowledged_by_id, snoozed_until, next_at) ON analytics_alert TO saude_app;
GRANT INSERT, UPDATE ON analytics_alert, analytics_alertevent, analytics_alertstate TO saude_worker;

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY[
        'analytics_alertrule', 'analytics_alert', 'analytics_alertevent', 'analytics_alertstate'
    ] LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY trusted ON public.%I TO CURRENT_USER, saude_worker USING (true)', guarded);
    END LOOP;
END $$;

CREATE POLICY visible ON analytics_alertrule FOR SELECT TO saude_app
USING (
    clinic_id = (SELECT secured.clinic())
    AND (patient_id IS NULL OR EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id))
);
-- The clinic's by its administrators, a patient's by who treats them. The worker reads the rules of every clinic
-- together: one that no calendar has, or no kind of alert, would stop the work for all.
CREATE POLICY said ON analytics_alertrule FOR INSERT TO saude_app
WITH CHECK (
    clinic_id = (SELECT secured.clinic())
    AND set_by_id = (SELECT secured.actor())
    -- A clinic is looked at again and again for a rule that is still to come.
    AND since BETWEEN '2000-01-01' AND now() + INTERVAL '1 hour'
    -- Not every machine has what only the server's own lists have.
    AND (quiet_zone IS NULL OR EXISTS (
        SELECT FROM pg_timezone_names AS z
        WHERE z.name = quiet_zone AND z.name !~ '^(posix/|right/|posixrules$|localtime$|Factory$)'
    ))
    -- As analytics/alert_rules.py says: beyond, alerts would come and go with each reading.
    AND coalesce(escalate_after_minutes, 0) BETWEEN 0 AND 1440
    AND EXISTS (
        SELECT FROM (
            VALUES
            ('urgent_low', 40, 70, 0, 60, 0, 60, NULL, NULL),
            ('low', 54, 120, 0, 60, 0, 60, NULL, NULL),
            ('high', 120, 450, 0, 100, 0, 120, NULL, NULL),
            ('falling_fast', 15, 120, 0, 60, 0, 60, NULL, NULL),
            ('no_data', NULL, NULL, NULL, NULL, 15, 2880, NULL, NULL),
            ('sensor_ending', NULL, NULL, NULL, NULL, NULL, NULL, 1, 72),
            ('account_action', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
        ) AS l (of_kind, least, most, margin, widest, soonest, latest, hour, hour_before)
        WHERE
            l.of_kind = kind
            AND coalesce(threshold_mg_dl BETWEEN l.least AND l.most, threshold_mg_dl IS NULL)
            AND coalesce(margin_mg_dl BETWEEN l.margin AND l.widest, margin_mg_dl IS NULL)
            AND coalesce(minutes BETWEEN l.soonest AND l.latest, minutes IS NULL)
            AND coalesce(hours BETWEEN l.hour AND l.hour_before, hours IS NULL)
    )
    AND CASE
        WHEN patient_id IS NULL THEN (SELECT secured.is_admin())
        ELSE
            (SELECT secured.role()) IN ('admin', 'clinician')
            AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id)
    END
);

CREATE POLICY visible ON analytics_alert FOR SELECT TO saude_app
USING (
    clinic_id = (SELECT secured.clinic())
    AND CASE
        WHEN patient_id IS NULL THEN (SELECT secured.role()) IN ('admin', 'clinician')
        ELSE EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id)
    END
);
-- Whether who looks after an alert is who did, or the one who asks where nobody did.
CREATE FUNCTION secured.is_acknowledged_by(alert uuid, at timestamptz, by_user uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.analytics_alert AS a
        WHERE a.id = alert AND a.clinic_id = secured.clinic() AND (
            (a.acknowledged_at IS NOT DISTINCT FROM at AND a.acknowledged_by_id IS NOT DISTINCT FROM by_user)
            OR (a.acknowledged_at IS NULL AND at IS NOT NULL AND by_user = secured.actor())
        )
    )
$$;
-- In one's own name; who looked after it first is history then.
CREATE POLICY handled ON analytics_alert FOR UPDATE TO saude_app
USING (
    clinic_id = (SELECT secured.clinic())
    AND (SELECT secured.role()) IN ('admin', 'clinician')
    AND (patient_id IS NULL OR EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id))
)
WITH CHECK (
    coalesce(acknowledged_at, '2000-01-01') BETWEEN '2000-01-01' AND '2200-01-01'
    AND coalesce(snoozed_until, '2000-01-01') BETWEEN '2000-01-01' AND '2200-01-01'
    AND coalesce(next_at, '2000-01-01') BETWEEN '2000-01-01' AND '2200-01-01'
    AND secured.is_acknowledged_by(id, acknowledged_at, acknowledged_by_id)
);

CREATE POLICY visible ON analytics_alertevent FOR SELECT TO saude_app
USING (EXISTS (SELECT FROM analytics_alert AS a WHERE a.id = alert_id));
CREATE POLICY done ON analytics_alertevent FOR INSERT TO saude_app
WITH CHECK (
    (SELECT secured.role()) IN ('admin', 'clinician')
    AND user_id = (SELECT secured.actor())
    AND what IN ('acknowledged', 'snoozed')
    AND at BETWEEN '2000-01-01' AND '2200-01-01'
    AND coalesce(until, at) BETWEEN '2000-01-01' AND '2200-01-01'
    AND reading_at IS NULL AND mg_dl IS NULL
    AND EXISTS (SELECT FROM analytics_alert AS a WHERE a.id = alert_id)
);

-- That somebody looks after an alert is told to the clinic's programs by who does.
CREATE POLICY acknowledged ON work_outboxentry FOR INSERT TO saude_app
WITH CHECK (
    kind = 'webhook'
    AND (SELECT secured.role()) IN ('admin', 'clinician')
    AND EXISTS (
        SELECT FROM analytics_alert AS a, accounts_webhook AS w
        WHERE
            a.acknowledged_by_id = (SELECT secured.actor())
            AND w.clinic_id = a.clinic_id
            AND payload = jsonb_build_object(
                'webhook', w.id::text, 'event', 'alert.acknowledged', 'subject', jsonb_build_object('alert', a.id::text)
            )
            AND key = format('alert:%s:acknowledged:%s', a.id, w.id)
            AND lane = CASE
                WHEN a.patient_id IS NULL THEN format('account:%s:webhook:%s', a.subject_id, w.id)
                ELSE format('patient:%s:webhook:%s', a.patient_id, w.id)
            END
    )
);

-- Operators see whom looking at fails, by id, and of nobody else that they exist.
GRANT SELECT ON analytics_alertstate TO saude_operator;
CREATE POLICY failing ON analytics_alertstate FOR SELECT TO saude_operator USING (failures > 0);
