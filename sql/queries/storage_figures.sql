-- What the monitoring is told of the hypertable and its policies.
SELECT figure, labels, number FROM secured.storage_figures();
