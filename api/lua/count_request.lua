-- Takes one request of the quota of a sliding window, or none where the quota is used up.
-- KEYS: a hash of second -> requests in it. ARGV: quota, seconds of the window, now in whole seconds.
-- Answers whether it was taken, how many are left, and in how many seconds the oldest one no longer counts.
local quota, window, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local counts = redis.call('HGETALL', KEYS[1])
local used, oldest = 0, now
for place = 1, #counts, 2 do
  local second = tonumber(counts[place])
  -- A second counts until it lies wholly outside: never more than the quota in any window, wherever it begins.
  if second < now - window then
    redis.call('HDEL', KEYS[1], counts[place])
  else
    used = used + tonumber(counts[place + 1])
    oldest = math.min(oldest, second)
  end
end
local taken = 0
if used < quota then
  redis.call('HINCRBY', KEYS[1], now, 1)
  redis.call('EXPIRE', KEYS[1], window + 1)
  taken, used = 1, used + 1
end
return {taken, math.max(quota - used, 0), oldest + window + 1 - now}
