-- As SET takes it.
SELECT current_setting('statement_timeout');
