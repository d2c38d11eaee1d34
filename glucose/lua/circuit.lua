-- The circuit of a vendor's host, which all workers share.
-- KEYS: the accounts that failed (sorted by when), the circuit (a hash), the probe.
-- ARGV: command, now (ms), then what the command needs. Answers when the host may be asked again (ms), 0 for at once.
local failing, circuit, probe = KEYS[1], KEYS[2], KEYS[3]
local command, now = ARGV[1], tonumber(ARGV[2])

local function rests()
  local till = tonumber(redis.call('HGET', circuit, 'until') or '0')
  -- One that lasts longer than any was written by a clock that was ahead.
  if till > now + tonumber(ARGV[3]) then
    redis.call('DEL', circuit)
    return 0
  end
  return till
end

if command == 'look' then
  local till = rests()
  return till > now and till or 0
end

if command == 'admit' then -- ARGV: longest rest, how long a probe has
  local till = rests()
  if till == 0 then
    return 0
  end
  if till > now then
    return till
  end
  -- The time is over: one goes first, the others wait for what becomes of it.
  if redis.call('SET', probe, '1', 'NX', 'PX', ARGV[4]) then
    return 0
  end
  return now + tonumber(ARGV[4])
end

if command == 'answered' then
  redis.call('DEL', failing, circuit, probe)
  return 0
end

-- failed; ARGV: longest rest, first rest, window, how many accounts, the account
redis.call('ZADD', failing, now, ARGV[7])
redis.call('ZREMRANGEBYSCORE', failing, '-inf', now - tonumber(ARGV[5]))
redis.call('PEXPIRE', failing, ARGV[5])
local times = tonumber(redis.call('HGET', circuit, 'times') or '0')
if times == 0 and redis.call('ZCARD', failing) < tonumber(ARGV[6]) then
  return 0
end
local till = tonumber(redis.call('HGET', circuit, 'until') or '0')
if till > now then
  return till -- visits that were under way when it opened
end
local rest = math.min(tonumber(ARGV[4]) * 2 ^ math.min(times, 12), tonumber(ARGV[3]))
redis.call('HSET', circuit, 'until', string.format('%.0f', now + rest), 'times', times + 1)
redis.call('PEXPIRE', circuit, string.format('%.0f', 2 * tonumber(ARGV[3])))
redis.call('DEL', probe)
return now + rest
