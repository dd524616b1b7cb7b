#include <algorithm>
#include <array>

#include "net/api/common/control_api.hpp"
#include "net/api/common/limits.hpp"
#include "net/api/members/member_request.hpp"
#include "net/api/operators/case_request.hpp"
#include "net/api/operators/pace_request.hpp"
#include "net/api/operators/pause_request.hpp"
#include "net/api/operators/sharing_request.hpp"
#include "net/api/operators/shop_request.hpp"
#include "net/api/telling/webhook_request.hpp"

namespace spillway::net {

namespace {

constexpr std::uint32_t get = method_bit(HttpMethod::get);
constexpr std::uint32_t put = method_bit(HttpMethod::put);
constexpr std::uint32_t post = method_bit(HttpMethod::post);
constexpr std::uint32_t patch = method_bit(HttpMethod::patch);
constexpr std::uint32_t delete_ = method_bit(HttpMethod::delete_);

constexpr std::size_t body_max = limits::control_body_max;

constexpr std::array routes{
    ControlRoute{ControlRouteId::shops, "/v1/shops", get | post, Audience::operators, body_max,
                 read_shop_request},
    ControlRoute{ControlRouteId::shop, "/v1/shops/{shop}", get | patch | delete_,
                 Audience::operators, body_max, read_shop_request},
    ControlRoute{ControlRouteId::shop_keys, "/v1/shops/{shop}/keys", get | post,
                 Audience::operators},
    ControlRoute{ControlRouteId::shop_key, "/v1/shops/{shop}/keys/{key}", delete_,
                 Audience::operators},
    ControlRoute{ControlRouteId::webhooks, "/v1/webhooks", get | post, Audience::shop_or_operators,
                 body_max, read_webhook_registration},
    ControlRoute{ControlRouteId::webhook, "/v1/webhooks/{webhook}", get | delete_, Audience::shop},
    ControlRoute{ControlRouteId::webhook_secret, "/v1/webhooks/{webhook}/secret", post,
                 Audience::shop},
    ControlRoute{ControlRouteId::webhook_deliveries, "/v1/webhooks/{webhook}/deliveries", get,
                 Audience::shop},
    ControlRoute{ControlRouteId::webhook_redeliver, "/v1/webhooks/{webhook}/redeliver", post,
                 Audience::shop, body_max, read_redelivery},
    ControlRoute{ControlRouteId::members, "/v1/members", post, Audience::shop, body_max,
                 read_member_registration},
    ControlRoute{ControlRouteId::member, "/v1/members/{member}", get | patch | delete_,
                 Audience::shop_or_member, body_max, read_member_change},
    ControlRoute{ControlRouteId::member_card, "/v1/members/{member}/card", put | delete_,
                 Audience::shop_or_member, body_max, read_member_card},
    ControlRoute{ControlRouteId::member_password, "/v1/members/{member}/password", put,
                 Audience::shop_or_member, body_max, read_password_change, true},
    // Opening one takes the password alone; closing one, the session itself or the shop's key.
    ControlRoute{ControlRouteId::member_sessions, "/v1/members/{member}/sessions", post | delete_,
                 Audience::everybody, body_max, read_member_login, true},
    ControlRoute{ControlRouteId::nodes, "/v1/nodes", get, Audience::operators},
    ControlRoute{ControlRouteId::node_drain, "/v1/nodes/{node}/drain", post, Audience::operators},
    ControlRoute{ControlRouteId::node_undrain, "/v1/nodes/{node}/undrain", post,
                 Audience::operators},
    ControlRoute{ControlRouteId::relays, "/v1/relays", get, Audience::operators},
    ControlRoute{ControlRouteId::relay_pace, "/v1/relays/{relay}/pace", put | delete_,
                 Audience::operators, body_max, read_pace_request},
    ControlRoute{ControlRouteId::mails, "/v1/mails", get, Audience::operators},
    ControlRoute{ControlRouteId::mail_retry, "/v1/mails/{mail}/retry", post, Audience::operators},
    ControlRoute{ControlRouteId::mail_drop, "/v1/mails/{mail}/drop", post, Audience::operators},
    ControlRoute{ControlRouteId::relay_sharing, "/v1/relays/{relay}/sharing", put | delete_,
                 Audience::operators, body_max, read_sharing_request},
    ControlRoute{ControlRouteId::cases, "/v1/cases", get, Audience::operators},
    ControlRoute{ControlRouteId::case_resolve, "/v1/cases/{case}/resolve", post,
                 Audience::operators, body_max, read_case_resolution},
    ControlRoute{ControlRouteId::relay_pause, "/v1/relays/{relay}/pause", post, Audience::operators,
                 body_max, read_pause_request},
    ControlRoute{ControlRouteId::relay_resume, "/v1/relays/{relay}/resume", post,
                 Audience::operators},
    ControlRoute{ControlRouteId::audit, "/v1/audit", get, Audience::operators},
};

std::string_view take_segment(std::string_view& path) {
  const std::size_t slash = path.find('/');
  const std::string_view segment = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  return segment;
}

bool fits(std::string_view pattern, std::string_view path, std::vector<std::string_view>& names) {
  names.clear();
  // An empty rest on one side only: the other has more segments, or a slash at its end.
  while (!pattern.empty() && !path.empty()) {
    const bool more_in_pattern = pattern.find('/') != std::string_view::npos;
    const bool more_in_path = path.find('/') != std::string_view::npos;
    const std::string_view expected = take_segment(pattern);
    const std::string_view segment = take_segment(path);
    if (more_in_pattern != more_in_path) return false;
    if (expected.starts_with('{')) {
      if (segment.empty()) return false;
      names.push_back(segment);
    } else if (segment != expected) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

std::span<const ControlRoute> control_routes() {
  return routes;
}

MatchedRoute match_control_route(std::span<const ControlRoute> known, std::string_view path) {
  MatchedRoute matched;
  for (const ControlRoute& route : known) {
    if (!fits(route.pattern, path, matched.names)) continue;
    matched.route = &route;
    return matched;
  }
  matched.names.clear();
  return matched;
}

std::string control_methods(const ControlRoute& route) {
  std::string methods;
  const auto add = [&](HttpMethod method, std::string_view name) {
    if ((route.methods & method_bit(method)) != 0) methods.append(name).append(", ");
  };
  add(HttpMethod::get, "GET, HEAD");
  add(HttpMethod::post, "POST");
  add(HttpMethod::put, "PUT");
  add(HttpMethod::patch, "PATCH");
  add(HttpMethod::delete_, "DELETE");
  return methods.append("OPTIONS");
}

bool allows(const ControlRoute& route, HttpMethod method) {
  if (method == HttpMethod::head) method = HttpMethod::get;
  return (route.methods & method_bit(method)) != 0;
}

std::string_view find_cookie(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const std::size_t end = cookies.find(';');
    std::string_view pair = cookies.substr(0, end);
    cookies.remove_prefix(end == std::string_view::npos ? cookies.size() : end + 1);
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name)
      return pair.substr(equals + 1);
  }
  return {};
}

}  // namespace spillway::net
