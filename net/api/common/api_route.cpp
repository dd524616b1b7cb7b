#include "net/api/common/api_route.hpp"

#include <charconv>

#include <simdjson.h>

namespace spillway::net {

namespace {

// The character that the three at the beginning of `rest` stand for; negative: they stay.
int decoded(std::string_view rest) {
  unsigned character = 0;
  if (rest.size() < 3 || rest[0] != '%') return -1;
  const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + 3, character, 16);
  if (error != std::errc() || end != rest.data() + 3) return -1;
  return character < 0x20 || character == 0x7F || character == '/' ? -1
                                                                   : static_cast<int>(character);
}

}  // namespace

std::string plain_path(std::string_view path) {
  std::string plain;
  plain.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    const int character = decoded(path.substr(i));
    plain.push_back(character < 0 ? path[i] : static_cast<char>(character));
    if (character >= 0) i += 2;
  }
  return simdjson::validate_utf8(plain.data(), plain.size()) ? plain : std::string(path);
}

RoutedPath route_of(std::string_view path) {
  constexpr std::string_view orders = "/v1/orders";
  if (path.starts_with(orders)) {
    path.remove_prefix(orders.size());
    if (path.empty()) return {ApiRoute::orders, {}};
    if (path.front() != '/') return {};
    path.remove_prefix(1);
    const std::size_t slash = path.find('/');
    const std::string_view order = path.substr(0, slash);
    if (order.empty()) return {};
    if (slash == std::string_view::npos) return {ApiRoute::order, order};
    const std::string_view action = path.substr(slash + 1);
    if (action == "cancel") return {ApiRoute::order_cancel, order};
    if (action == "approval") return {ApiRoute::order_approval, order};
    return {};
  }
  if (path == "/v1/openapi.json") return {ApiRoute::openapi, {}};
  if (path == "/v1/keys") return {ApiRoute::keys, {}};
  if (path == "/v1/status") return {ApiRoute::status, {}};
  if (path == "/v1/events") return {ApiRoute::events, {}};
  if (path == "/healthz") return {ApiRoute::health, {}};
  if (path == "/readyz") return {ApiRoute::readiness, {}};
  if (path == "/metrics") return {ApiRoute::metrics, {}};
  if (path == "*") return {ApiRoute::server, {}};
  return {};
}

std::string_view pattern_of(ApiRoute route) {
  switch (route) {
    case ApiRoute::unknown:
      return {};
    case ApiRoute::orders:
      return "/v1/orders";
    case ApiRoute::order:
      return "/v1/orders/{order}";
    case ApiRoute::order_cancel:
      return "/v1/orders/{order}/cancel";
    case ApiRoute::order_approval:
      return "/v1/orders/{order}/approval";
    case ApiRoute::openapi:
      return "/v1/openapi.json";
    case ApiRoute::health:
      return "/healthz";
    case ApiRoute::readiness:
      return "/readyz";
    case ApiRoute::metrics:
      return "/metrics";
    case ApiRoute::server:
      return "*";
    case ApiRoute::status:
      return "/v1/status";
    case ApiRoute::keys:
      return "/v1/keys";
    case ApiRoute::events:
      return "/v1/events";
  }
  return {};
}

std::string_view allowed_methods(ApiRoute route) {
  switch (route) {
    case ApiRoute::orders:
    case ApiRoute::server:
      return "GET, HEAD, POST, OPTIONS";
    case ApiRoute::order_cancel:
    case ApiRoute::order_approval:
      return "POST, OPTIONS";
    case ApiRoute::events:  // a body without an end has no HEAD
      return "GET, OPTIONS";
    default:
      return "GET, HEAD, OPTIONS";
  }
}

bool allows(ApiRoute route, HttpMethod method) {
  switch (method) {
    case HttpMethod::options:
      return true;
    case HttpMethod::head:
      if (route == ApiRoute::events) return false;
      [[fallthrough]];
    case HttpMethod::get:
      return route != ApiRoute::order_cancel && route != ApiRoute::order_approval &&
             route != ApiRoute::server;
    case HttpMethod::post:
      return route == ApiRoute::orders || route == ApiRoute::order_cancel ||
             route == ApiRoute::order_approval;
    default:
      return false;
  }
}

}  // namespace spillway::net
