-- Days that are over are the daily aggregate's.
DELETE FROM recent_day
WHERE bucket < date_trunc('day', now(), 'UTC');
