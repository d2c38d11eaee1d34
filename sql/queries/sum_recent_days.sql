-- See sql/security/recent_days.sql.
SELECT secured.sum_recent_days(%(patient)s::uuid);
