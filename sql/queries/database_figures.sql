-- What the monitoring is told of the server.
SELECT figure, labels, number FROM secured.database_figures();
