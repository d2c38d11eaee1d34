-- KEYS[1]: a number; ARGV: another one, and for how many milliseconds the higher of them is kept.
local kept = tonumber(redis.call('GET', KEYS[1]) or '0')
local highest = math.max(kept, tonumber(ARGV[1]))
redis.call('SET', KEYS[1], string.format('%.0f', highest), 'PX', ARGV[2])
return 1
