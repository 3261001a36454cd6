-- wrk: asks for the paths of a file (its name is the only argument), in turn, and prints one line of JSON at the end.
-- Where a tab follows a path, what comes after it is posted to the path as JSON, further tabs being ends of lines.
local requests = {}
local at = 0

function init(args)
  for line in io.lines(args[1]) do
    local path, body = line:match("^([^\t]*)\t(.*)$")
    if body then
      local lines = body:gsub("\t", "\n")
      requests[#requests + 1] = wrk.format("POST", path, {["Content-Type"] = "application/json"}, lines)
    else
      requests[#requests + 1] = wrk.format("GET", line)
    end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.status + summary.errors.timeout
  print(string.format(
    '{"requests": %d, "per_second": %.3f, "p50": %.3f, "p99": %.3f, "errors": %d}',
    summary.requests,
    summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3,
    failed
  ))
end
