-- What the monitoring is told of accounts, visits and late readings.
SELECT figure, labels, number FROM secured.sync_figures();
