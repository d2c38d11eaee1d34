-- The tables of an app that is no longer installed, which kept refresh tokens in plain text.
-- A database that is made anew never had them.
DROP TABLE IF EXISTS token_blacklist_blacklistedtoken, token_blacklist_outstandingtoken;

-- Without these rows an earlier release, if somebody goes back to it, makes the tables again, empty.
DELETE FROM django_migrations WHERE app = 'token_blacklist';
