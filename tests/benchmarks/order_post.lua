-- wrk asks for the next request: the same POST with a name of its own each time, which is the
-- order's reference and its Idempotency-Key. The time makes names differ from run to run.
-- The argument after "--": the shop's key.
local format = string.format
local run = format("%010d-", os.time())
local counter = 0
local head, body_start, body_end

function init(arguments)
  body_start = '{"reference":"B-'
  body_end = '","member":"M-4821","buyer":{"name":"Hanako Sato","email":"hanako@example.jp"},' ..
    '"items":[{"code":"SHOE-42","name":"Leather shoes","quantity":1,"unit_price":3150},' ..
    '{"code":"SOCK-7","name":"Wool socks","quantity":2,"unit_price":900}],' ..
    '"amount":4950,"currency":"JPY",' ..
    '"card":{"company":"VISA","number":"4242424242424242","expiry":"2028-12"},' ..
    '"note":"Please leave the parcel at the door of the neighbour, thanks"}'
  head = "POST /v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\n" ..
    "Authorization: Bearer " .. arguments[1] .. "\r\nContent-Type: application/json\r\n" ..
    "Content-Length: " .. (#body_start + 21 + #body_end) .. "\r\nIdempotency-Key: "
end

function request()
  counter = counter + 1
  local name = run .. format("%010d", counter)
  return head .. name .. "\r\n\r\n" .. body_start .. name .. body_end
end

function done(summary, latency)
  io.write(format(
    'JSON {"requests": %d, "seconds": %.6f, "not_2xx": %d, "socket_errors": %d, ' ..
    '"p50_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f}\n',
    summary.requests, summary.duration / 1e6, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
