// Which part of the API a path names, and which methods it has.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/http_message.hpp"

namespace spillway::net {

enum class ApiRoute : std::uint8_t {
  unknown = 0,
  orders = 1,          // /v1/orders
  order = 2,           // /v1/orders/{order}
  order_cancel = 3,    // /v1/orders/{order}/cancel
  order_approval = 4,  // /v1/orders/{order}/approval
  openapi = 5,         // /v1/openapi.json
  health = 6,          // /healthz
  readiness = 7,       // /readyz
  metrics = 8,         // /metrics
  server = 9,          // *, of OPTIONS
  status = 10,         // /v1/status
  keys = 11,           // /v1/keys
  events = 12,         // /v1/events
};

struct RoutedPath {
  ApiRoute route = ApiRoute::unknown;
  std::string_view order;  // the code as it stands in the path
};

RoutedPath route_of(std::string_view path);

// The value of an Allow field (RFC 9110 10.2.1). Every route has OPTIONS, and
// HEAD with GET, but for a stream.
std::string_view allowed_methods(ApiRoute route);
bool allows(ApiRoute route, HttpMethod method);

}  // namespace spillway::net
