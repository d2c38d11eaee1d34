-- Before the run, so that a policy that fails waits its interval like any other.
INSERT INTO policy_run (job_id, ran_at) VALUES (%(job_id)s, %(now)s)
ON CONFLICT (job_id) DO UPDATE SET ran_at = excluded.ran_at;
