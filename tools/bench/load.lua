-- Sends the requests of a file in turn, and prints what wrk counted as one line of JSON.
local requests, sent, once = {}, 0, false

function init(args)
   once = args[2] == "once"
   local file = assert(io.open(args[1], "rb"))
   while true do
      local length = file:read("*l")
      if not length then break end
      requests[#requests + 1] = file:read(tonumber(length))
   end
   file:close()
end

function request()
   sent = sent + 1
   if once and sent > #requests then
      wrk.thread:stop()
      return "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
   end
   return requests[(sent - 1) % #requests + 1]
end

function done(summary, latency, _)
   local errors = summary.errors
   print(string.format(
      '{"requests": %d, "seconds": %.6f, "refused": %d, "p50_ms": %.3f, "p99_ms": %.3f, "broken": %d}',
      summary.requests, summary.duration / 1e6, errors.status,
      latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
      errors.connect + errors.read + errors.write + errors.timeout))
end
