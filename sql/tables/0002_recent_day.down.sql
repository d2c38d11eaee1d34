DROP TABLE recent_day;
