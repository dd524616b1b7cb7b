// The table of routes, and how a path finds its row.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "net/api/routing/routes.hpp"

namespace spillway::net {
namespace {

TEST(Routes, AreFoundByTheirPathsAndNoOthers) {
  struct Case {
    std::string path;
    std::optional<RouteId> route;
    std::vector<std::string_view> names{};
  };
  const std::vector<Case> cases{
      {"/v1/orders", RouteId::orders},
      {"/v1/orders/3F7K", RouteId::order, {"3F7K"}},
      {"/v1/orders/3F7K/cancel", RouteId::order_cancel, {"3F7K"}},
      {"/v1/orders/3F7K/approval", RouteId::order_approval, {"3F7K"}},
      {"/v1/openapi.json", RouteId::openapi},
      {"/v1/status", RouteId::status},
      {"/v1/nodes/node-1/drain", RouteId::node_drain, {"node-1"}},
      {"/v1/shops/7/keys/0123456789ab", RouteId::shop_key, {"7", "0123456789ab"}},
      {"/healthz", RouteId::health},
      {"/readyz", RouteId::readiness},
      {"/metrics", RouteId::metrics},
      {"*", RouteId::server},
      {"", {}},
      {"/", {}},
      {"/v1", {}},
      {"/v1/orders/", {}},
      {"/v1/ordersx", {}},
      {"/v1/Orders", {}},
      {"/v1/orders//cancel", {}},
      {"/v1/orders/3F7K/", {}},
      {"/v1/orders/3F7K/cancel/", {}},
      {"/v1/orders/3F7K/cancel/x", {}},
      {"/v1/orders/3F7K/pay", {}},
      {"/v2/orders", {}},
      {"//v1/orders", {}},
      {"/metrics/", {}},
  };
  for (const Case& c : cases) {
    const MatchedRoute matched = match_route(routes(), c.path);
    ASSERT_EQ(matched.route != nullptr, c.route.has_value()) << c.path;
    if (matched.route != nullptr) {
      EXPECT_EQ(matched.route->id, *c.route) << c.path;
    }
    ASSERT_EQ(matched.names, c.names.size()) << c.path;
    for (std::size_t i = 0; i < c.names.size(); ++i)
      EXPECT_EQ(matched.name[i], c.names[i]) << c.path;
  }
}

TEST(Routes, NameEachPatternOnceAndHideNone) {
  std::set<std::string_view> patterns;
  std::set<RouteId> ids;
  for (const Route& route : routes()) {
    EXPECT_TRUE(patterns.insert(route.pattern).second) << route.pattern;
    EXPECT_TRUE(ids.insert(route.id).second) << route.pattern;
    EXPECT_EQ(match_route(routes(), route.pattern).route, &route) << route.pattern;
  }
}

TEST(Routes, AllowExactlyWhatTheirAllowFieldSays) {
  const std::vector<std::pair<HttpMethod, std::string>> named{
      {HttpMethod::get, "GET"},    {HttpMethod::head, "HEAD"},   {HttpMethod::post, "POST"},
      {HttpMethod::put, "PUT"},    {HttpMethod::patch, "PATCH"}, {HttpMethod::delete_, "DELETE"},
      {HttpMethod::other, "TRACE"}};
  for (const Route& route : routes()) {
    const std::string allow = ", " + allowed_methods(route) + ",";
    EXPECT_TRUE(allow.ends_with(", OPTIONS,")) << allow;
    for (const auto& [method, name] : named)
      EXPECT_EQ(allows(route, method), allow.find(", " + name + ",") != std::string::npos)
          << route.pattern << " " << name;
  }
}

TEST(Routes, HaveNoHeadWhereABodyHasNoEnd) {
  EXPECT_EQ(allowed_methods(*match_route(routes(), "/v1/events").route), "GET, OPTIONS");
  EXPECT_EQ(allowed_methods(*match_route(routes(), "/v1/orders").route),
            "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(allowed_methods(*match_route(routes(), "/v1/nodes/n/drain").route), "POST, OPTIONS");
}

TEST(Routes, AreForOperatorsWhereTheyChangeTheSystem) {
  for (const Route& route : routes()) {
    switch (route.destination) {
      case Destination::shops:
      case Destination::nodes:
      case Destination::relays:
      case Destination::mails:
      case Destination::cases:
      case Destination::audit:
        EXPECT_EQ(route.audience, Audience::operators) << route.pattern;
        break;
      case Destination::orders:
      case Destination::events:
      case Destination::webhooks:
        EXPECT_TRUE(route.audience == Audience::shop ||
                    route.audience == Audience::shop_or_operators)
            << route.pattern;
        break;
      case Destination::service:
      case Destination::members:
        break;
    }
  }
}

}  // namespace
}  // namespace spillway::net
