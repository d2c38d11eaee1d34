DROP TABLE policy_run;
SELECT remove_continuous_aggregate_policy('reading_day');
CALL remove_columnstore_policy('reading');
