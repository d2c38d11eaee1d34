-- The broker took the task's message; see sql/security/tasks.sql.
SELECT secured.note_task_sent(%(task)s::uuid, %(now)s::timestamptz, %(lost_after)s::interval);
