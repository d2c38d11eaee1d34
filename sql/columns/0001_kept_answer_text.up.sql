-- Bodies of kept answers are JSON; as text they can be ciphertext like every other encrypted column.
ALTER TABLE accounts_keptanswer ALTER COLUMN body TYPE text USING convert_from(body, 'UTF8');
