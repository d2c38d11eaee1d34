ALTER TABLE accounts_keptanswer ALTER COLUMN body TYPE bytea USING convert_to(body, 'UTF8');
