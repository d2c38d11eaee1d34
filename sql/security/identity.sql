-- Who is asking. The application puts a signed token into the transaction-local setting saude.actor:
--   <key id>.<user id>.<backend pid>.<expiry, epoch seconds>.<hex of HMAC-SHA256 over what stands before>
-- A setting can be set by any SQL text; the signature cannot. The key is the owner's alone, padded as RFC 2104 says,
-- and known to the web process from its environment, never to the database role.
CREATE TABLE IF NOT EXISTS secured.actor_key (
    kid text PRIMARY KEY,
    inner_pad bytea NOT NULL,
    outer_pad bytea NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now()
);

-- Which role's SQL this is: in a definer's function current_user is the owner.
CREATE FUNCTION secured.invoker() RETURNS name
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END
$$;

-- Whether it is one that reads and writes for every clinic: the worker, the owner, a superuser.
CREATE FUNCTION secured.trusted() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM pg_roles AS r
        WHERE r.rolname = secured.invoker() AND (
            r.rolsuper OR r.rolname = 'saude_worker'
            OR r.oid = (SELECT nspowner FROM pg_namespace WHERE nspname = 'secured')
        )
    )
$$;

-- The user of the transaction; null where nobody is named, an error where the token is not ours.
CREATE FUNCTION secured.actor() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    token text := current_setting('saude.actor', true);
    part text[];
    genuine boolean;
BEGIN
    IF token IS NULL OR token = '' THEN
        RETURN NULL;
    END IF;
    part := string_to_array(token, '.');
    SELECT encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(
            part[1] || '.' || part[2] || '.' || part[3] || '.' || part[4], 'UTF8'))), 'hex') = part[5]
        INTO genuine FROM secured.actor_key AS k WHERE k.kid = part[1];
    IF genuine IS NOT TRUE OR cardinality(part) <> 5
        OR part[3] <> pg_backend_pid()::text OR part[4]::bigint < extract(epoch FROM clock_timestamp())
    THEN
        RAISE insufficient_privilege USING MESSAGE = 'the identity of this transaction is refused';
    END IF;
    RETURN part[2]::uuid;
END
$$;

-- What the user is: no row for nobody, for who belongs to no clinic, and for who was switched off.
CREATE FUNCTION secured.member(OUT user_id uuid, OUT clinic_id uuid, OUT role text, OUT sees_all boolean)
RETURNS SETOF record LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    who uuid := secured.actor();
BEGIN
    IF who IS NOT NULL THEN
        RETURN QUERY
            SELECT m.user_id, m.clinic_id, m.role,
                m.role IN ('admin', 'service') OR (m.role = 'clinician' AND c.clinicians_see_all)
            FROM public.accounts_membership AS m
            JOIN public.accounts_clinic AS c ON c.id = m.clinic_id
            JOIN public.accounts_user AS u ON u.id = m.user_id
            WHERE m.user_id = who AND u.is_active;
    END IF;
END
$$;

-- Scalars for policies: each stands there in a SELECT of its own, so that it is computed once a statement.
CREATE FUNCTION secured.clinic() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT clinic_id FROM secured.member()
$$;
CREATE FUNCTION secured.role() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT role FROM secured.member()
$$;
CREATE FUNCTION secured.sees_all() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT sees_all FROM secured.member()
$$;
CREATE FUNCTION secured.is_admin() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT role = 'admin' FROM secured.member()
$$;
-- Whether the user may change patients and their readings at all: as accounts/roles.py says.
CREATE FUNCTION secured.may_write() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT role IN ('admin', 'clinician', 'service') FROM secured.member()
$$;

-- The patients of who does not see all of the clinic: those in their care, or their own record.
CREATE FUNCTION secured.own_patients() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    who record;
BEGIN
    SELECT * INTO who FROM secured.member();
    IF who.role = 'clinician' THEN
        RETURN QUERY SELECT c.patient_id FROM public.patients_careassignment AS c WHERE c.user_id = who.user_id;
    ELSIF who.role = 'patient' THEN
        RETURN QUERY SELECT p.id FROM public.patients_patient AS p WHERE p.user_id = who.user_id;
    END IF;
END
$$;

-- Whether the readings of a patient may be read: the rule of patients.selectors.visible_patients.
CREATE FUNCTION secured.may_read(wanted uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    who record;
BEGIN
    IF coalesce(current_setting('saude.actor', true), '') = '' THEN
        RETURN secured.trusted();
    END IF;
    SELECT * INTO who FROM secured.member();
    RETURN EXISTS (
        SELECT FROM public.patients_patient AS p
        WHERE p.id = wanted AND p.deleted_at IS NULL AND p.clinic_id = who.clinic_id AND (
            who.sees_all
            OR (who.role = 'patient' AND p.user_id = who.user_id)
            OR (who.role = 'clinician' AND EXISTS (
                SELECT FROM public.patients_careassignment AS c
                WHERE c.patient_id = wanted AND c.user_id = who.user_id
            ))
        )
    );
END
$$;

-- Those of the patients whose readings may be read: may_read for many at once.
CREATE FUNCTION secured.readable(wanted uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    who record;
BEGIN
    IF coalesce(current_setting('saude.actor', true), '') = '' THEN
        IF secured.trusted() THEN
            RETURN QUERY SELECT DISTINCT id FROM unnest(wanted) AS id;
        END IF;
        RETURN;
    END IF;
    SELECT * INTO who FROM secured.member();
    RETURN QUERY SELECT p.id FROM public.patients_patient AS p
        WHERE p.id = ANY (wanted) AND p.deleted_at IS NULL AND p.clinic_id = who.clinic_id AND (
            who.sees_all
            OR (who.role = 'patient' AND p.user_id = who.user_id)
            OR (who.role = 'clinician' AND EXISTS (
                SELECT FROM public.patients_careassignment AS c
                WHERE c.patient_id = p.id AND c.user_id = who.user_id
            ))
        );
END
$$;

-- Those of the patients whose readings may be written.
CREATE FUNCTION secured.writable(wanted uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    who record;
BEGIN
    IF coalesce(current_setting('saude.actor', true), '') = '' THEN
        IF secured.trusted() THEN
            RETURN QUERY SELECT p.id FROM public.patients_patient AS p
                WHERE p.id = ANY (wanted) AND p.deleted_at IS NULL;
        END IF;
        RETURN;
    END IF;
    SELECT * INTO who FROM secured.member();
    IF who.role NOT IN ('admin', 'clinician', 'service') THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT p.id FROM public.patients_patient AS p
        WHERE p.id = ANY (wanted) AND p.deleted_at IS NULL AND p.clinic_id = who.clinic_id AND (
            who.sees_all OR EXISTS (
                SELECT FROM public.patients_careassignment AS c
                WHERE c.patient_id = p.id AND c.user_id = who.user_id
            )
        );
END
$$;

-- Whether the running transaction made a row, itself or in a savepoint: the row is seen, and its maker is under way.
CREATE FUNCTION secured.is_just_made(maker xid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT age(maker) <= 0 AND pg_xact_status((
        (pg_current_xact_id_if_assigned()::text::bigint >> 32 << 32) | maker::text::bigint
    )::text::xid8) = 'in progress'
$$;

-- Whether the user may give a patient into somebody's care: an administrator both of their clinic; a clinician, to
-- themself, a patient whom they are just adding.
CREATE FUNCTION secured.may_assign(wanted uuid, carer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    who record;
BEGIN
    SELECT * INTO who FROM secured.member();
    RETURN EXISTS (SELECT FROM public.patients_patient AS p WHERE p.id = wanted AND p.clinic_id = who.clinic_id)
        AND EXISTS (SELECT FROM public.accounts_membership AS m WHERE m.user_id = carer AND m.clinic_id = who.clinic_id)
        AND (
            who.role = 'admin'
            OR (who.role = 'clinician' AND carer = who.user_id AND (
                SELECT secured.is_just_made(p.xmin) FROM public.patients_patient AS p WHERE p.id = wanted
            ))
        );
END
$$;

-- Whether a user belongs to the clinic of the one who asks.
CREATE FUNCTION secured.is_colleague(other uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.accounts_membership AS m, secured.member() AS who
        WHERE m.user_id = other AND m.clinic_id = who.clinic_id
    )
$$;
