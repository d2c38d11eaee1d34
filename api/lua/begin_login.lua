-- Writes a try to sign in down as failed, until forgive takes it back; or refuses it and writes nothing down.
-- Counting first is what keeps many tries at once from all passing before the first has failed.
-- KEYS: tries by account and address, by address, by account (sorted sets, milliseconds -> try), and the mark that
-- the account signed in from the address before. ARGV: now in milliseconds, the try's id, then a quota and the
-- seconds of its window for each set; a quota of 0 is no limit.
-- Answers the seconds to wait (0 where it may go on), how many failures the first set has left, and in how many
-- seconds its oldest no longer counts.
local now, try = tonumber(ARGV[1]), ARGV[2]
local known = redis.call('EXISTS', KEYS[4]) == 1
local wait = 0
for set = 1, 3 do
  local quota, window = tonumber(ARGV[1 + 2 * set]), 1000 * tonumber(ARGV[2 + 2 * set])
  redis.call('ZREMRANGEBYSCORE', KEYS[set], '-inf', now - window)
  local used = redis.call('ZCARD', KEYS[set])
  -- What others do to the account from elsewhere does not concern who signed in from here before.
  if quota > 0 and used >= quota and not (set == 3 and known) then
    local place = used - quota
    local leaves = tonumber(redis.call('ZRANGE', KEYS[set], place, place, 'WITHSCORES')[2]) + window
    wait = math.max(wait, math.ceil((leaves - now) / 1000))
  end
end
if wait == 0 then
  for set = 1, 3 do
    redis.call('ZADD', KEYS[set], now, try)
    redis.call('EXPIRE', KEYS[set], tonumber(ARGV[2 + 2 * set]) + 1)
  end
end
local left = math.max(tonumber(ARGV[3]) - redis.call('ZCARD', KEYS[1]), 0)
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] or now
return {wait, left, math.ceil((tonumber(oldest) - now) / 1000) + tonumber(ARGV[4])}
