-- Who asks, until the transaction ends: see sql/security/identity.sql. Where the application logs in as its own role
-- anyway, the second changes nothing; elsewhere (the embedded server) it leaves the owner's rights behind.
SELECT set_config('saude.actor', %(token)s, true), set_config('role', %(role)s, true);
