-- See sql/security/exclusions.sql.
SELECT secured.settle_exclusions(
    %(patient)s::uuid, %(start)s::timestamptz, %(end)s::timestamptz, %(today)s::timestamptz
);
