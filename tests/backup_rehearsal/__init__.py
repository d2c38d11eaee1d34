"""`make backup-rehearsal`: a database is destroyed and comes back as it was at a minute."""
