-- The newest reading that each person of an account brought.
UPDATE glucose_vendorpatient AS person SET newest_at = given.newest
FROM unnest(%(vendor_ids)s::text[], %(newest)s::timestamptz[]) AS given (vendor_id, newest)
WHERE
    person.account_id = %(account)s::uuid
    AND person.vendor_id = given.vendor_id
    AND (person.newest_at IS NULL OR person.newest_at < given.newest);
