-- Somebody who never accepted, and everything of theirs: see sql/security/people.sql.
SELECT secured.revoke_invitation(%(user)s::uuid);
