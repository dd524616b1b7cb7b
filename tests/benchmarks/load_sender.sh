#!/bin/bash
# Orders/s that one core of the load test sends to nginx answering a constant 202, and what wrk sends
# there, taking turns: load_sender.sh BUILD_FOLDER [ROUNDS] [SECONDS]
#
# wrk sends the same bytes each time; ours are a different order and idempotency key each time, with
# the schedule and the histograms on.
set -euo pipefail
build=$1 rounds=${2:-3} seconds=${3:-3}
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
"$top/cmake/prepare" nginx wrk
here=$(mktemp -d)
port=18204
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$here"' EXIT

cat > "$here/nginx.conf" <<CONF
worker_processes 1; daemon off; pid $here/pid; error_log stderr crit;
events { worker_connections 2048; }
http { access_log off; keepalive_requests 1000000000;
  client_body_temp_path $here; proxy_temp_path $here; fastcgi_temp_path $here;
  uwsgi_temp_path $here; scgi_temp_path $here;
  server { listen 127.0.0.1:$port backlog=4096;
    location / { default_type application/json; add_header Location /v1/orders/3F7K-9Q2M-XW41;
      return 202 '{"order":"3F7K-9Q2M-XW41","status":"received","message":"Your order has been received"}'; } } }
CONF
cat > "$here/post.lua" <<'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer k_3F7K9Q2MXW41ABCDEFGHJKMNPQ"
wrk.headers["Idempotency-Key"] = "5b0f1c9e-8f5e-4a7f-9d53-1c2a3b4c5d6e"
wrk.body = '{"reference":"A-10023","member":"M-4821","buyer":{"name":"Hanako Sato","email":"hanako@example.jp"},"items":[{"code":"SHOE-42","name":"Leather shoes","quantity":1,"unit_price":3150},{"code":"SOCK-7","name":"Wool socks","quantity":2,"unit_price":900}],"amount":4950,"currency":"JPY","card":{"company":"VISA","number":"4242424242424242","expiry":"2028-12"}}'
LUA

nginx -c "$here/nginx.conf" -p "$here" 2>/dev/null &
for ((i = 0; i < 100; ++i)); do (: < "/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.05; done
for ((round = 1; round <= rounds; ++round)); do
  ours=$("$build/benchmark_load_sender" --port $port --seconds "$seconds")
  theirs=$(wrk -t1 -c256 -d"${seconds}s" -s "$here/post.lua" "http://127.0.0.1:$port/v1/orders" |
    awk '/Requests\/sec/ {print $2} /Non-2xx|Socket errors/ {print > "/dev/stderr"}')
  awk -v o="$(sed 's/.*"per_second": \([0-9]*\).*/\1/' <<< "$ours")" -v n="$theirs" \
    'BEGIN {printf "ours %.0f/s  wrk %.0f/s  ratio %.2f\n", o, n, o / n}'
done
echo "$ours"
