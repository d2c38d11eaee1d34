-- Whether it was not over and the caller may cancel it. See sql/security/imports.sql.
SELECT secured.cancel_import(%(import)s::uuid, %(now)s::timestamptz);
