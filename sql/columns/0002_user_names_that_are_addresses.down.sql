UPDATE accounts_user SET username = lower(email)
WHERE email <> '' AND username = id::text;
