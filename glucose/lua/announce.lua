-- Tells of new readings, all of them or none.
-- KEYS: the stream. ARGV: how many entries it keeps, whether others could not be told before ("1" or ""), then patient
-- and time (epoch seconds) of each.
if ARGV[2] ~= '' then
  redis.call('XADD', KEYS[1], '*', 'lost', '1')
end
for place = 3, #ARGV, 2 do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'p', ARGV[place], 't', ARGV[place + 1])
end
return #ARGV
