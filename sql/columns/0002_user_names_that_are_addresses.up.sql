-- Addresses are ciphertext from here on. Who signs in by theirs has the id in the place of the user name.
UPDATE accounts_user SET username = id::text
WHERE email <> '' AND lower(username) = lower(email);
