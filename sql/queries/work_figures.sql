-- What the monitoring is told of tasks, letters, the outbox and schedules.
SELECT figure, labels, number FROM secured.work_figures();
