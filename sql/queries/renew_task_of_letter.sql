-- See sql/security/dead_letters.sql.
SELECT secured.renew_task_of_letter(%(letter)s::uuid);
