-- What the monitoring is told of people and their data.
SELECT figure, labels, number FROM secured.people_figures();
