#!/bin/bash
# Requests/s of http_constant_server and of nginx answering a constant 202, taking turns under the
# same wrk: http_constant.sh BUILD_FOLDER [ROUNDS] [SECONDS]
set -euo pipefail
build=$1 rounds=${2:-3} seconds=${3:-3}
here=$(mktemp -d)
ours_port=18202 nginx_port=18203
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$here"' EXIT

cat > "$here/nginx.conf" <<CONF
worker_processes 1; daemon off; pid $here/pid; error_log stderr crit;
events { worker_connections 2048; }
http { access_log off; keepalive_requests 1000000000;
  client_body_temp_path $here; proxy_temp_path $here; fastcgi_temp_path $here;
  uwsgi_temp_path $here; scgi_temp_path $here;
  server { listen 127.0.0.1:$nginx_port backlog=4096;
    location / { default_type application/json; add_header Location /v1/orders/3F7K-9Q2M-XW41;
      return 202 '{"order":"3F7K-9Q2M-XW41","status":"received","message":"Your order has been received"}'; } } }
CONF
cat > "$here/post.lua" <<'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer k_3F7K9Q2MXW41ABCDEFGHJKMNPQ"
wrk.headers["Idempotency-Key"] = "5b0f1c9e-8f5e-4a7f-9d53-1c2a3b4c5d6e"
wrk.body = '{"reference":"A-10023","member":"M-4821","buyer":{"name":"Hanako Sato","email":"hanako@example.jp"},"items":[{"code":"SHOE-42","name":"Leather shoes","quantity":1,"unit_price":3150},{"code":"SOCK-7","name":"Wool socks","quantity":2,"unit_price":900}],"amount":4950,"currency":"JPY","card":{"company":"VISA","number":"4242424242424242","expiry":"2028-12"},"note":"Please leave the parcel at the door of the neighbour, thanks"}'
LUA

"$build/http_constant_server" $ours_port 1 &
nginx -c "$here/nginx.conf" -p "$here" 2>/dev/null &
sleep 0.5
rate() { wrk -t1 -c256 -d"${seconds}s" -s "$here/post.lua" "http://127.0.0.1:$1/v1/orders" |
  awk '/Requests\/sec/ {print $2} /Non-2xx|Socket errors/ {print > "/dev/stderr"}'; }
for ((round = 1; round <= rounds; ++round)); do
  ours=$(rate $ours_port) theirs=$(rate $nginx_port)
  awk -v o="$ours" -v n="$theirs" 'BEGIN {printf "ours %.0f/s  nginx %.0f/s  ratio %.2f\n", o, n, o / n}'
done
