-- See sql/security/gaps.sql.
SELECT secured.replace_gaps(
    %(patient)s::uuid,
    %(gone)s::uuid[],
    %(id)s::uuid[],
    %(start)s::timestamptz[],
    %(end)s::timestamptz[],
    %(state)s::text[],
    %(cause)s::text[],
    %(noticed_at)s::timestamptz[],
    %(closed_at)s::timestamptz[],
    %(tries)s::integer[],
    %(next_try_at)s::timestamptz[]
);
