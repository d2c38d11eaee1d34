-- Takes one of the places that a user has for something that lasts, or keeps the one that it holds; or refuses.
-- KEYS: a sorted set of holder -> when its place falls back, in milliseconds. ARGV: places, now and the time at which
-- the place falls back in milliseconds, the holder's id.
-- Answers whether it holds one.
local places, now, until_when, holder = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
-- Whoever came back late keeps the place, unless it went to another.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if not redis.call('ZSCORE', KEYS[1], holder) and redis.call('ZCARD', KEYS[1]) >= places then
  return 0
end
redis.call('ZADD', KEYS[1], until_when, holder)
redis.call('PEXPIRE', KEYS[1], until_when - now + 1000)
return 1
