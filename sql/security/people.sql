-- Grants and row security of everything but readings. A table that stands in no list here is the owner's alone;
-- a test compares the lists with the tables that there are.

-- 1. What must be read before anyone is known, and why:
--    accounts_user         to check a password and to find the user of a token
--    accounts_membership   whose clinic and role make the caller
--    accounts_clinic       whether its clinicians see all
--    accounts_session      whether the session of a token is over, and which refresh token is its next
--    accounts_servicekey   to find the key of a secret, by its digest
--    accounts_invitation   whom a link invites, by its digest
--    django_session        the pages' sessions: their content is sealed, and the cookie is the key with a signature
--    mfa_authenticator     second factors, their secrets sealed
--    account_*, socialaccount_*   whom an identity provider means
--    work_lease            /health/ tells whether the scheduler lives
--    django_migrations     /health/ tells whether the schema is that of the code
-- Reading them gives nobody a reading: passwords are Argon2 hashes, secrets of keys SHA-256 of 256 random bits, tokens
-- are signed by a key that is not here.
-- Writing them would (a password of somebody, a membership in another clinic), so that needs an identity.
GRANT SELECT ON
    accounts_user, accounts_membership, accounts_clinic, accounts_session, accounts_servicekey, accounts_invitation,
    django_session, mfa_authenticator, account_emailaddress, account_emailconfirmation, socialaccount_socialaccount,
    socialaccount_socialapp, socialaccount_socialtoken, work_lease, django_migrations
TO saude_app;
-- A refresh token is all that its sender shows. The row opens nothing without a token, which SECRET_KEY signs.
-- Whose session it is never changes: the tokens of a session open it for its user.
GRANT INSERT, UPDATE (refresh_id, last_used_at, expires_at, revoked_at, revoked_because) ON accounts_session TO saude_app;
-- A session of the pages that somebody wrote or copied here opens nothing: its content is sealed for its key. A passkey
-- is a public key, which is not sealed, and alone lets somebody in: it is added in its user's own name.
GRANT INSERT, UPDATE, DELETE ON django_session, mfa_authenticator TO saude_app;

-- 2. What is written and read by somebody.
GRANT UPDATE, INSERT ON accounts_user TO saude_app;
GRANT INSERT, UPDATE (role) ON accounts_membership TO saude_app;
GRANT UPDATE (name, clinicians_see_all, second_factor, retention_days) ON accounts_clinic TO saude_app;
GRANT DELETE ON accounts_membership TO saude_app;
GRANT INSERT, UPDATE (digest, old_digest, old_until, last_used_at), DELETE ON accounts_servicekey TO saude_app;
GRANT INSERT, UPDATE, DELETE ON accounts_invitation TO saude_app;
-- django-allauth's own table of addresses stays empty: those of users are ciphertext.
GRANT INSERT, UPDATE ON socialaccount_socialaccount TO saude_app;
GRANT SELECT, INSERT, UPDATE ON
    patients_patient, patients_patienttimezone, patients_healthprofile,
    glucose_sourceaccount, glucose_vendorpatient, glucose_sensor, work_task
TO saude_app;
GRANT SELECT, INSERT ON patients_consent, patients_patienttargets TO saude_app;
GRANT UPDATE (withdrawn_at) ON patients_consent TO saude_app;
GRANT DELETE ON patients_patienttimezone, glucose_sourceaccount, glucose_vendorpatient TO saude_app;
GRANT SELECT, INSERT, DELETE ON patients_careassignment TO saude_app;
GRANT SELECT, INSERT, DELETE ON accounts_keptanswer TO saude_app;
GRANT SELECT ON latest_reading, late_range TO saude_app;

-- The worker reads and writes for every clinic; it makes no users and no clinics.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO saude_worker;
GRANT INSERT, UPDATE, DELETE ON
    work_task, work_lease, work_scheduledrun, accounts_keptanswer, accounts_session, accounts_invitation, django_session,
    glucose_sourceaccount, glucose_vendorpatient, glucose_sensor, patients_patient, patients_patienttimezone
TO saude_worker;
GRANT INSERT, DELETE ON late_range TO saude_worker;
GRANT DELETE ON reading, latest_reading TO saude_worker;
GRANT INSERT ON latest_reading TO saude_worker;
GRANT INSERT, UPDATE ON policy_run TO saude_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO saude_app, saude_worker;

-- Somebody who was invited and never accepted leaves nothing behind.
CREATE FUNCTION secured.revoke_invitation(invited uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT (secured.trusted() OR (secured.is_admin() AND secured.is_colleague(invited))) THEN
        RAISE insufficient_privilege USING MESSAGE = 'this invitation is not the caller''s to revoke';
    END IF;
    DELETE FROM public.accounts_invitation AS i WHERE i.user_id = invited;
    IF FOUND THEN
        DELETE FROM public.accounts_membership AS m WHERE m.user_id = invited;
        DELETE FROM public.accounts_user AS u WHERE u.id = invited AND NOT u.is_active;
    END IF;
END
$$;

-- Whether a row stands for the same user and the same person of the provider as the one that is stored.
CREATE FUNCTION secured.is_what_it_was(account bigint, of_user uuid, by_provider text, by_uid text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.socialaccount_socialaccount AS s
        WHERE s.id = account AND s.user_id = of_user AND s.provider = by_provider AND s.uid = by_uid
    )
$$;

-- Whether a second factor is the same user's as the one that is stored, and proves the same.
CREATE FUNCTION secured.is_factor_it_was(factor bigint, of_user uuid, of_type text, of_data jsonb, added timestamptz)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.mfa_authenticator AS f
        WHERE f.id = factor AND f.user_id = of_user AND f.type = of_type AND f.data = of_data AND f.created_at = added
    )
$$;

CREATE FUNCTION secured.is_own_factor(factor bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.mfa_authenticator AS f WHERE f.id = factor AND f.user_id = secured.actor())
$$;

-- Whether what opens a service key is what is stored.
CREATE FUNCTION secured.is_secret_it_was(of_key uuid, now text, before text, until timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.accounts_servicekey AS k
        WHERE k.id = $1 AND k.digest = $2 AND k.old_digest IS NOT DISTINCT FROM $3 AND k.old_until IS NOT DISTINCT FROM $4
    )
$$;

-- Whether a user is new: nobody has ever signed in as them, nor can yet. Only such a one is taken into a clinic, and
-- invited: whoever made a link for anybody else could set their password.
CREATE FUNCTION secured.is_new_user(other uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.accounts_user AS u
        WHERE u.id = other AND u.password LIKE '!%' AND u.last_login IS NULL
    )
    AND NOT EXISTS (SELECT FROM public.accounts_session AS s WHERE s.user_id = other)
    AND NOT EXISTS (SELECT FROM public.socialaccount_socialaccount AS s WHERE s.user_id = other)
$$;

-- Whether a patient is of the clinic of the one who asks.
CREATE FUNCTION secured.is_of_clinic(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.patients_patient AS p WHERE p.id = wanted AND p.clinic_id = secured.clinic())
$$;

-- 3. Row security, for the owner too; what the definers' functions read is theirs to decide.
DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY[
        'accounts_user', 'accounts_membership', 'accounts_clinic', 'accounts_keptanswer', 'accounts_servicekey',
        'accounts_invitation', 'accounts_session', 'mfa_authenticator', 'socialaccount_socialaccount',
        'account_emailaddress',
        'patients_patient', 'patients_careassignment', 'patients_patienttimezone', 'patients_consent',
        'patients_healthprofile', 'patients_patienttargets', 'glucose_sourceaccount', 'glucose_vendorpatient', 'glucose_sensor',
        'latest_reading', 'late_range', 'work_task'
    ] LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY trusted ON public.%I TO CURRENT_USER, saude_worker USING (true)', guarded);
    END LOOP;
END $$;

CREATE POLICY readable ON accounts_user FOR SELECT TO saude_app USING (true);
CREATE POLICY own ON accounts_user FOR UPDATE TO saude_app
USING (id = (SELECT secured.actor()) OR ((SELECT secured.is_admin()) AND secured.is_colleague(id)));
CREATE POLICY invited ON accounts_user FOR INSERT TO saude_app WITH CHECK ((SELECT secured.is_admin()));
CREATE POLICY readable ON accounts_membership FOR SELECT TO saude_app USING (true);
CREATE POLICY invited ON accounts_membership FOR INSERT TO saude_app
WITH CHECK (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_admin()) AND secured.is_new_user(user_id));
CREATE POLICY changed ON accounts_membership FOR UPDATE TO saude_app
USING (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_admin()));
CREATE POLICY removed ON accounts_membership FOR DELETE TO saude_app
USING (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_admin()));
CREATE POLICY readable ON accounts_clinic FOR SELECT TO saude_app USING (true);
CREATE POLICY own ON accounts_clinic FOR UPDATE TO saude_app
USING (id = (SELECT secured.clinic()) AND (SELECT secured.is_admin()));
CREATE POLICY readable ON accounts_servicekey FOR SELECT TO saude_app USING (true);
CREATE POLICY made ON accounts_servicekey FOR INSERT TO saude_app
WITH CHECK ((SELECT secured.is_admin()) AND secured.is_colleague(user_id));
CREATE POLICY changed ON accounts_servicekey FOR UPDATE TO saude_app
USING (user_id = (SELECT secured.actor()) OR ((SELECT secured.is_admin()) AND secured.is_colleague(user_id)))
-- By the key itself only when it was used: one that is rotated must not come back.
WITH CHECK (
    ((SELECT secured.is_admin()) AND secured.is_colleague(user_id))
    OR secured.is_secret_it_was(id, digest, old_digest, old_until)
);
CREATE POLICY removed ON accounts_servicekey FOR DELETE TO saude_app
USING ((SELECT secured.is_admin()) AND secured.is_colleague(user_id));
CREATE POLICY readable ON accounts_invitation FOR SELECT TO saude_app USING (true);
CREATE POLICY sent ON accounts_invitation FOR INSERT TO saude_app
WITH CHECK (
    (SELECT secured.is_admin()) AND secured.is_colleague(user_id) AND secured.is_new_user(user_id)
    AND invited_by_id = (SELECT secured.actor())
);
CREATE POLICY changed ON accounts_invitation FOR UPDATE TO saude_app
USING (user_id = (SELECT secured.actor()) OR ((SELECT secured.is_admin()) AND secured.is_colleague(user_id)))
WITH CHECK (user_id = (SELECT secured.actor()) OR ((SELECT secured.is_admin()) AND secured.is_new_user(user_id)));
CREATE POLICY accepted ON accounts_invitation FOR DELETE TO saude_app USING (user_id = (SELECT secured.actor()));
CREATE POLICY readable ON accounts_session FOR SELECT TO saude_app USING (true);
CREATE POLICY begun ON accounts_session FOR INSERT TO saude_app WITH CHECK (user_id = (SELECT secured.actor()));
-- Refreshed and ended in its user's name, whom a signed token tells, and ended by the administrators of their clinic;
-- what is revoked stays so.
CREATE POLICY alive ON accounts_session FOR UPDATE TO saude_app
USING (
    revoked_at IS NULL
    AND (user_id = (SELECT secured.actor()) OR ((SELECT secured.is_admin()) AND secured.is_colleague(user_id)))
)
WITH CHECK (user_id = (SELECT secured.actor()) OR revoked_at IS NOT NULL);
-- Sealed secrets are bound to no user. Recovery codes are shown on a page to whose row they stand in: somebody else's
-- are not read, and nothing else may stand in their place.
CREATE POLICY readable ON mfa_authenticator FOR SELECT TO saude_app
USING (
    type <> 'recovery_codes'
    OR user_id = (SELECT secured.actor())
    OR ((SELECT secured.is_admin()) AND secured.is_colleague(user_id))
);
CREATE POLICY only_of_a_seed ON mfa_authenticator AS RESTRICTIVE FOR INSERT TO saude_app
WITH CHECK (NOT data ? 'migrated_codes');
CREATE POLICY still_of_a_seed ON mfa_authenticator AS RESTRICTIVE FOR UPDATE TO saude_app
USING (true) WITH CHECK (NOT data ? 'migrated_codes');
CREATE POLICY added ON mfa_authenticator FOR INSERT TO saude_app WITH CHECK (user_id = (SELECT secured.actor()));
-- Its use is noted while its user signs in, before they are known.
CREATE POLICY used ON mfa_authenticator FOR UPDATE TO saude_app
USING (true)
WITH CHECK (
    secured.is_factor_it_was(id, user_id, type, data, created_at)
    OR (user_id = (SELECT secured.actor()) AND secured.is_own_factor(id))
);
CREATE POLICY removed ON mfa_authenticator FOR DELETE TO saude_app
USING (user_id = (SELECT secured.actor()) OR ((SELECT secured.is_admin()) AND secured.is_colleague(user_id)));
-- Whom a provider means is looked up, and noted, before anyone is known; who that is in our users is not changed then.
CREATE POLICY readable ON socialaccount_socialaccount FOR SELECT TO saude_app USING (true);
CREATE POLICY known ON socialaccount_socialaccount FOR INSERT TO saude_app
WITH CHECK (user_id = (SELECT secured.actor()));
CREATE POLICY noted ON socialaccount_socialaccount FOR UPDATE TO saude_app
USING (true) WITH CHECK (secured.is_what_it_was(id, user_id, provider, uid));
CREATE POLICY readable ON account_emailaddress FOR SELECT TO saude_app USING (true);
CREATE POLICY own ON accounts_keptanswer TO saude_app USING (user_id = (SELECT secured.actor()));
-- The worker does what a task says: only what its owner could ask for.
CREATE POLICY own ON work_task TO saude_app USING (owner_id = (SELECT secured.actor()))
WITH CHECK (
    owner_id = (SELECT secured.actor())
    -- One row that it cannot read or send would hold up everybody's.
    AND queue = CASE
        WHEN actor = 'mail_invitation' THEN 'critical'
        WHEN actor IN ('rebuild_state', 'import_file') THEN 'bulk'
        ELSE 'default'
    END
    AND created_at BETWEEN '2000-01-01' AND '2200-01-01'
    AND sent_at IS NULL AND started_at IS NULL AND finished_at IS NULL
    AND cancel_requested_at IS NULL AND overdue_at BETWEEN '2000-01-01' AND '2200-01-01'
    AND CASE actor
        WHEN 'sync_account' THEN EXISTS (
            SELECT FROM glucose_sourceaccount AS a
            WHERE arguments = jsonb_build_object('account_id', a.id::text)
        )
        -- A consent is nobody's but who gives it.
        WHEN 'accept_terms' THEN
            (SELECT secured.is_admin())
            AND EXISTS (
                SELECT FROM glucose_sourceaccount AS a
                WHERE arguments = jsonb_build_object('account_id', a.id::text, 'user_id', (SELECT secured.actor())::text)
            )
        WHEN 'rebuild_state' THEN
            (SELECT secured.is_admin())
            AND arguments - ARRAY['patient_id', 'start', 'end'] = '{}'
            AND (arguments ->> 'start')::timestamptz BETWEEN '1999-01-01' AND '2200-01-01'
            AND (arguments ->> 'end')::timestamptz BETWEEN '1999-01-01' AND '2200-01-01'
            AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id::text = arguments ->> 'patient_id')
        WHEN 'import_file' THEN
            (SELECT secured.may_write())
            AND EXISTS (
                SELECT FROM glucose_import AS i
                WHERE arguments = jsonb_build_object('import_id', i.id::text)
            )
        ELSE false
    END
);

-- Deleted patients included: a patient is deleted by changing the row, which must stay visible to who changes it.
CREATE POLICY visible ON patients_patient FOR SELECT TO saude_app
USING (
    clinic_id = (SELECT secured.clinic())
    AND ((SELECT secured.sees_all()) OR id IN (SELECT secured.own_patients()))
);
CREATE POLICY added ON patients_patient FOR INSERT TO saude_app
WITH CHECK (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.may_write()));
CREATE POLICY changed ON patients_patient FOR UPDATE TO saude_app
USING (
    clinic_id = (SELECT secured.clinic())
    AND (SELECT secured.may_write())
    AND ((SELECT secured.sees_all()) OR id IN (SELECT secured.own_patients()))
);
-- Of patients: a correlated EXISTS is looked up by key where few rows are asked for, an IN would list every patient.
-- Deleted by administrators and clinicians, once and for all.
CREATE FUNCTION secured.may_delete(wanted uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.patients_patient AS p
        WHERE p.id = wanted AND (
            p.deleted_at IS NOT DISTINCT FROM at
            OR (p.deleted_at IS NULL AND secured.role() IN ('admin', 'clinician'))
        )
    )
$$;
CREATE POLICY deleted ON patients_patient AS RESTRICTIVE FOR UPDATE TO saude_app
USING (true) WITH CHECK (secured.may_delete(id, deleted_at));
-- Whom a row names is of the clinic: another's user could not be taken back by theirs any more.
CREATE POLICY of_a_colleague ON patients_patient AS RESTRICTIVE FOR INSERT TO saude_app
WITH CHECK (user_id IS NULL OR secured.is_colleague(user_id));
CREATE POLICY still_of_a_colleague ON patients_patient AS RESTRICTIVE FOR UPDATE TO saude_app
USING (true) WITH CHECK (user_id IS NULL OR secured.is_colleague(user_id));
CREATE POLICY by_oneself ON patients_consent AS RESTRICTIVE FOR INSERT TO saude_app
WITH CHECK (recorded_by_id = (SELECT secured.actor()));
-- Whoever sets targets says so themself; what stood before there was a history is nobody's. Targets of a patient's own are
-- set by who treats them.
CREATE POLICY by_oneself ON patients_patienttargets AS RESTRICTIVE FOR INSERT TO saude_app
WITH CHECK (
    (set_by_id = (SELECT secured.actor()) OR (set_by_id IS NULL AND since IS NULL AND reason IS NULL))
    AND (target_set <> 'custom' OR (SELECT secured.role()) IN ('admin', 'clinician'))
);
CREATE POLICY visible ON patients_careassignment FOR SELECT TO saude_app
USING (EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id));
CREATE POLICY assigned ON patients_careassignment FOR INSERT TO saude_app
WITH CHECK (secured.may_assign(patient_id, user_id));
CREATE POLICY ended ON patients_careassignment FOR DELETE TO saude_app
USING ((SELECT secured.is_admin()) AND EXISTS (SELECT FROM patients_patient AS p WHERE p.id = patient_id));
DO $$
DECLARE
    of_patients text;
BEGIN
    FOREACH of_patients IN ARRAY ARRAY['patients_patienttimezone', 'patients_consent', 'patients_healthprofile', 'patients_patienttargets', 'glucose_sensor'] LOOP
        EXECUTE format(
            'CREATE POLICY visible ON public.%I FOR SELECT TO saude_app'
            ' USING (EXISTS (SELECT FROM public.patients_patient AS p WHERE p.id = patient_id))', of_patients
        );
        EXECUTE format(
            'CREATE POLICY added ON public.%I FOR INSERT TO saude_app WITH CHECK ('
            '(SELECT secured.may_write()) AND EXISTS (SELECT FROM public.patients_patient AS p WHERE p.id = patient_id))', of_patients
        );
        EXECUTE format(
            'CREATE POLICY changed ON public.%I FOR UPDATE TO saude_app USING ('
            '(SELECT secured.may_write()) AND EXISTS (SELECT FROM public.patients_patient AS p WHERE p.id = patient_id))', of_patients
        );
        EXECUTE format(
            'CREATE POLICY removed ON public.%I FOR DELETE TO saude_app USING ('
            '(SELECT secured.may_write()) AND EXISTS (SELECT FROM public.patients_patient AS p WHERE p.id = patient_id))', of_patients
        );
    END LOOP;
    FOREACH of_patients IN ARRAY ARRAY['latest_reading', 'late_range'] LOOP
        EXECUTE format(
            'CREATE POLICY visible ON public.%I FOR SELECT TO saude_app'
            ' USING (EXISTS (SELECT FROM public.patients_patient AS p WHERE p.id = patient_id))', of_patients
        );
    END LOOP;
END $$;

-- Clinicians look at accounts. Who connects a person to a patient decides whose readings that patient's carers see.
CREATE POLICY of_clinic ON glucose_sourceaccount FOR SELECT TO saude_app
USING (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.role()) IN ('admin', 'clinician'));
CREATE POLICY managed ON glucose_sourceaccount TO saude_app
USING (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_admin()))
-- The worker sends the password to a host with the region in its name.
WITH CHECK (clinic_id = (SELECT secured.clinic()) AND (SELECT secured.is_admin()) AND region ~ '^[a-z0-9]{0,8}$');
CREATE POLICY of_clinic ON glucose_vendorpatient FOR SELECT TO saude_app
USING (EXISTS (SELECT FROM glucose_sourceaccount AS a WHERE a.id = account_id));
CREATE POLICY managed ON glucose_vendorpatient TO saude_app
USING ((SELECT secured.is_admin()) AND EXISTS (SELECT FROM glucose_sourceaccount AS a WHERE a.id = account_id))
WITH CHECK (
    (SELECT secured.is_admin())
    AND EXISTS (SELECT FROM glucose_sourceaccount AS a WHERE a.id = account_id)
    AND (patient_id IS NULL OR secured.is_of_clinic(patient_id))
);

-- One patient whose readings may be read. Row security would say the same, with a lookup of who asks for each condition.
-- By its columns, not as the table's row: a call that waits while a migration adds a column would fail.
CREATE FUNCTION secured.patient(wanted uuid) RETURNS TABLE (
    id uuid,
    clinic_id uuid,
    user_id uuid,
    name text,
    name_words bigint[],
    external_ref text,
    external_ref_hash text,
    birth_date text,
    email text,
    sex text,
    diabetes_type text,
    timezone text,
    unit text,
    target_set text,
    status text,
    data_version bigint,
    created_at timestamptz,
    updated_at timestamptz,
    deleted_at timestamptz
)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF secured.may_read(wanted) THEN
        RETURN QUERY
        SELECT
            p.id,
            p.clinic_id,
            p.user_id,
            p.name,
            p.name_words,
            p.external_ref,
            p.external_ref_hash,
            p.birth_date,
            p.email,
            p.sex,
            p.diabetes_type,
            p.timezone,
            p.unit,
            p.target_set,
            p.status,
            p.data_version,
            p.created_at,
            p.updated_at,
            p.deleted_at
        FROM public.patients_patient AS p
        WHERE p.id = wanted;
    END IF;
END
$$;

-- Whether the one who asks cares for a patient; the worker may ask of anybody.
CREATE FUNCTION secured.cares(carer uuid, wanted uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM public.patients_careassignment AS c WHERE c.patient_id = wanted AND c.user_id = carer
    ) AND (carer = secured.actor() OR secured.trusted());
END
$$;

-- The patients whom a search finds, by the hashes of its words or of a whole reference. A definer's, because row security
-- lets no condition come to an index before it that might tell of rows (array operators might).
CREATE FUNCTION secured.patients_found(clinic uuid, words bigint[], reference text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT found.id FROM (
        SELECT p.id FROM public.patients_patient AS p
        WHERE p.deleted_at IS NULL AND p.clinic_id = $1 AND p.name_words @> $2
        UNION
        SELECT p.id FROM public.patients_patient AS p
        WHERE p.deleted_at IS NULL AND p.clinic_id = $1 AND p.external_ref_hash = $3
    ) AS found
    WHERE (SELECT secured.trusted()) OR (
        (SELECT secured.clinic()) = $1
        AND ((SELECT secured.sees_all()) OR found.id IN (SELECT secured.own_patients()))
    )
$$;

-- 4. Operators, in a process of their own: clinics, users and how background work stands, for every clinic; no patient
--    and no reading. The role is a member of saude_app, for the pages where an operator signs in.
GRANT INSERT, UPDATE ON accounts_clinic TO saude_operator;
GRANT SELECT, INSERT ON django_admin_log, django_content_type TO saude_operator;
CREATE POLICY operated ON accounts_clinic TO saude_operator USING (true);
CREATE POLICY operated ON accounts_user FOR UPDATE TO saude_operator USING (true);
CREATE POLICY ended ON accounts_session FOR UPDATE TO saude_operator
USING (revoked_at IS NULL) WITH CHECK (revoked_at IS NOT NULL);
CREATE POLICY operated ON glucose_sourceaccount FOR SELECT TO saude_operator USING (true);
CREATE POLICY nobodys ON glucose_vendorpatient AS RESTRICTIVE TO saude_operator USING (false);
CREATE POLICY operated ON work_task FOR SELECT TO saude_operator USING (true);

-- Nobody becomes an operator through the application, whoever they say they are.
CREATE FUNCTION secured.is_operator(of_user uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.accounts_user AS u WHERE u.id = of_user AND u.is_staff AND u.is_superuser)
$$;
CREATE POLICY no_new_operator ON accounts_user AS RESTRICTIVE FOR UPDATE TO saude_app
USING (true) WITH CHECK (NOT (is_staff OR is_superuser) OR secured.is_operator(id));
CREATE POLICY no_operator ON accounts_user AS RESTRICTIVE FOR INSERT TO saude_app
WITH CHECK (NOT (is_staff OR is_superuser));

-- Nobody signs in as somebody else: a password is changed by its user, not by administrators and not by operators. What
-- a user is called and is mailed at stays: whoever changed it could ask for a link to a new password.
CREATE FUNCTION secured.is_way_in_it_was(given public.accounts_user) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.accounts_user AS u
        WHERE u.id = $1.id AND u.username = $1.username AND u.email = $1.email AND u.date_joined = $1.date_joined AND (
            u.id = secured.actor() OR (u.password = $1.password AND u.last_login IS NOT DISTINCT FROM $1.last_login)
        )
    )
$$;
CREATE POLICY own_way_in ON accounts_user AS RESTRICTIVE FOR UPDATE TO saude_app
USING (true) WITH CHECK (secured.is_way_in_it_was(accounts_user));

-- Nor does a clinic take an operator for its member, whose password and invitations it could change then.
CREATE POLICY no_operator ON accounts_membership AS RESTRICTIVE FOR INSERT TO saude_app
WITH CHECK (NOT secured.is_operator(user_id));
CREATE POLICY still_no_operator ON accounts_membership AS RESTRICTIVE FOR UPDATE TO saude_app
USING (true) WITH CHECK (NOT secured.is_operator(user_id));
