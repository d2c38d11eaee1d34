-- KEYS[1]: what keep_highest keeps; 0 where nothing is kept.
return redis.call('GET', KEYS[1]) or '0'
