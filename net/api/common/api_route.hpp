// Which part of the API a path names, and which methods it has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/http/http_message.hpp"

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
constexpr std::size_t api_route_count = 13;

struct RoutedPath {
  ApiRoute route = ApiRoute::unknown;
  std::string_view order;  // the code as it stands in the path
};

// A path with its percent-encoding undone (RFC 3986 6.2.2.2), so that it names one thing however a
// client or proxy writes it: "/v1/orders/3F7K%2D9Q2M" is "/v1/orders/3F7K-9Q2M". An encoded slash
// stays, since it separates nothing, and so does what would become a control character or be no
// UTF-8: nothing is at such a path.
std::string plain_path(std::string_view path);

RoutedPath route_of(std::string_view path);

// "/v1/orders/{order}/cancel"; empty: none.
std::string_view pattern_of(ApiRoute route);

// The value of an Allow field (RFC 9110 10.2.1). Every route has OPTIONS, and
// HEAD with GET, but for a stream.
std::string_view allowed_methods(ApiRoute route);
bool allows(ApiRoute route, HttpMethod method);

}  // namespace spillway::net
