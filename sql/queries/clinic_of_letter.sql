-- The clinic of what a dead letter is about (work/dead_letters.py); none where it is of no clinic, or gone.
SELECT coalesce(
    (SELECT a.clinic_id FROM glucose_sourceaccount AS a WHERE a.id = %(account)s::uuid),
    (SELECT p.clinic_id FROM patients_patient AS p WHERE p.id = %(patient)s::uuid),
    (SELECT m.clinic_id FROM accounts_membership AS m WHERE m.user_id = %(user)s::uuid),
    (
        SELECT m.clinic_id FROM work_task AS t
        INNER JOIN accounts_membership AS m ON m.user_id = t.owner_id
        WHERE t.id = %(task)s::uuid
    )
) AS clinic;
