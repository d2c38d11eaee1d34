-- Our own indexes that were begun and not finished, as names that SQL takes.
SELECT i.indexrelid::regclass::text
FROM pg_index AS i
INNER JOIN pg_class AS c ON i.indexrelid = c.oid
WHERE NOT i.indisvalid AND c.relkind = 'i' AND c.relnamespace = 'public'::regnamespace
ORDER BY 1;
