-- Each by its name as it is written in a statement, in one order for everybody.
SELECT quote_ident(relname)
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relrowsecurity
ORDER BY relname;
