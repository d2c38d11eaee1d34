-- The broker took the task's message; see sql/security/people.sql.
SELECT secured.note_task_sent(%(task)s::uuid, %(now)s::timestamptz);
