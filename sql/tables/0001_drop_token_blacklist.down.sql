-- Nothing to do: the earlier release's own migrations make the tables, and the tokens are not wanted back.
SELECT 1;
