-- Gives a place back. KEYS: the set of hold_place. ARGV: the holder's id.
return redis.call('ZREM', KEYS[1], ARGV[1])
