// The routes themselves: who may take them, what they say of the system, and its own text.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/net/fixtures/api_fixture.hpp"

namespace spillway::net {
namespace {

using testing::HasSubstr;

const std::string routed_code = api_codes.encode({42});

TEST_F(OrderApiTest, NeedsAKeyForEveryRouteOfAShop) {
  const std::string path = "/v1/orders/" + routed_code;
  const std::vector<std::pair<std::string, std::string>> routes{
      {"GET", "/v1/orders"},         {"HEAD", "/v1/orders"},
      {"POST", "/v1/orders"},        {"GET", path},
      {"POST", path + "/cancel"},    {"POST", path + "/approval"},
      {"GET", "/v1/orders/no-code"}, {"GET", "/v1/orders?limit=0"}};
  const std::vector<std::string> lines{"", "Authorization: Bearer\r\n",
                                       "Authorization: Bearer an_unknown_key_of_a_shop\r\n",
                                       "Authorization: Basic " + first_shop_key + "\r\n"};
  for (const auto& [method, target] : routes) {
    for (const std::string& line : lines) {
      const HttpReply reply = ask(raw_request(method, target, line, "{}"));
      EXPECT_EQ(reply.status, 401) << method << " " << target;
      EXPECT_EQ(reply.header("WWW-Authenticate"), "Bearer");
    }
  }
  EXPECT_TRUE(backend_.asked().empty());
}

TEST_F(OrderApiTest, SaysNothingOfACodeThatIsNone) {
  for (const std::string text : {"x", "3F7K-9Q2M-XW4", "0000-0000-0001", "..%2F..", "%00"}) {
    expect_problem(ask(request("GET", "/v1/orders/" + text)), 404);
    expect_problem(ask(request("POST", "/v1/orders/" + text + "/cancel")), 404);
  }
  EXPECT_TRUE(backend_.asked().empty());
}

TEST_F(OrderApiTest, KnowsNoOtherPathsAndMethods) {
  for (const std::string target :
       {"/", "/v1", "/v1/order", "/v1/orders/", "/v2/orders", "/v1/orders/x/y", "/index.html"}) {
    expect_problem(ask(request("GET", target)), 404);
  }
  const std::vector<std::vector<std::string>> wrong{
      {"DELETE", "/v1/orders", "GET, HEAD, POST, OPTIONS"},
      {"PUT", "/v1/orders/" + routed_code, "GET, HEAD, OPTIONS"},
      {"POST", "/v1/orders/" + routed_code, "GET, HEAD, OPTIONS"},
      {"GET", "/v1/orders/" + routed_code + "/cancel", "POST, OPTIONS"},
      {"PATCH", "/v1/orders/" + routed_code + "/approval", "POST, OPTIONS"},
      {"POST", "/healthz", "GET, HEAD, OPTIONS"},
      {"PURGE", "/metrics", "GET, HEAD, OPTIONS"}};
  for (const auto& c : wrong) {
    const HttpReply reply = ask(request(c[0], c[1]));
    expect_problem(reply, 405);
    EXPECT_EQ(reply.header("Allow"), c[2]) << c[0] << " " << c[1];
  }
  const HttpReply options = ask(raw_request("OPTIONS", "/v1/orders", ""));
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.header("Allow"), "GET, HEAD, POST, OPTIONS");
}

TEST_F(OrderApiTest, TellsAnybodyHowItIs) {
  const HttpReply health = ask(raw_request("GET", "/healthz", ""));
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(nlohmann::json::parse(health.body), nlohmann::json::parse(R"({"status": "ok"})"));
  const HttpReply readiness = ask(raw_request("GET", "/readyz", ""));
  EXPECT_EQ(readiness.status, 503);
  EXPECT_EQ(
      nlohmann::json::parse(readiness.body),
      nlohmann::json::parse(R"({"status": "unavailable", "detail": "The journal is \"full\""})"));
  const HttpReply metrics = ask(raw_request("GET", "/metrics", ""));
  EXPECT_EQ(metrics.status, 200);
  EXPECT_EQ(metrics.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(metrics.body, "spillway_up 1\n");
}

TEST_F(OrderApiTest, TellsItsStatusToOperatorsOnly) {
  const auto ask_with = [&](const std::string& key) {
    return ask(raw_request("GET", "/v1/status", "Authorization: Bearer " + key + "\r\n"));
  };
  const HttpReply reply = ask_with(operator_key);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "{\"ready\": true}");
  expect_problem(ask_with(first_shop_key), 401);
  expect_problem(ask(raw_request("GET", "/v1/status", "")), 401);
  expect_problem(
      ask(raw_request("POST", "/v1/orders", "Authorization: Bearer " + operator_key + "\r\n")),
      401);
}

TEST_F(OrderApiTest, ServesItsOwnText) {
  const HttpReply reply = ask(raw_request("GET", "/v1/openapi.json", ""));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("Content-Type"), "application/json");
  const nlohmann::json text = nlohmann::json::parse(reply.body);
  EXPECT_EQ(text["openapi"], "3.1.0");
  // Each path and method of the text is there: none is answered with 404 or 405.
  for (const auto& [path, methods] : text["paths"].items()) {
    std::string target = path;
    if (const auto brace = target.find("{order}"); brace != std::string::npos) {
      target.replace(brace, 7, routed_code);
    }
    std::string allowed;
    for (const auto& [method, operation] : methods.items()) {
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
      const HttpReply answer = ask(raw_request(upper, target, ""));
      EXPECT_NE(answer.status, 404) << path;
      EXPECT_NE(answer.status, 405) << path;
      EXPECT_TRUE(operation["responses"].contains(std::to_string(answer.status)))
          << upper << " " << path << " " << answer.status;
    }
  }
}

}  // namespace
}  // namespace spillway::net
