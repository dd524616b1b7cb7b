// The routes beside the orders, on a real server, with a table and a backend of the test's own.
#include "net/api/common/control_api.hpp"

#include <array>
#include <atomic>
#include <map>
#include <mutex>

#include <gmock/gmock.h>

#include "net/text/field_reader.hpp"
#include "tests/net/fixtures/api_fixture.hpp"

namespace spillway::net {
namespace {

using testing::HasSubstr;

using methods::delete_;
using methods::get;
using methods::post;
using methods::put;

struct EchoedPassword : ControlBody {
  std::string text;
};

Result<std::shared_ptr<ControlBody>, Refusal> read_password(JsonReader& json, HttpMethod,
                                                            std::string_view body) {
  auto password = std::make_shared<EchoedPassword>();
  std::string_view text;
  if (!json.open(body) || !json.read_object([&](std::string_view) { return json.read_text(text); }))
    return not_json(json.fault());
  if (text == "short") return Refusal{422, "No.", {{"/password", "is too short"}}};
  password->text = text;
  return std::shared_ptr<ControlBody>(std::move(password));
}

constexpr std::array test_routes{
    Route{.id = RouteId::shops,
          .pattern = "/v1/things",
          .methods = get | post,
          .audience = Audience::operators,
          .destination = Destination::shops,
          .body_max = 100},
    Route{RouteId::shop, "/v1/things/{thing}", get | put | delete_, Audience::shop,
          Destination::shops},
    Route{RouteId::shop_keys, "/v1/things/{thing}/parts/{part}", get, Audience::member,
          Destination::shops},
    Route{.id = RouteId::shop_key,
          .pattern = "/v1/passwords",
          .methods = post,
          .audience = Audience::everybody,
          .destination = Destination::shops,
          .read_body = read_password,
          .body_max = 1'000},
};

// Answers every request with what it was asked.
class EchoBackend final : public ControlBackend {
 public:
  void answer_to(ApiAnswers& answers) { answers_ = &answers; }
  void handle(ControlRequest request) override {
    const int place = 1 + static_cast<int>(request.route) - static_cast<int>(test_routes[0].id);
    std::string said =
        std::to_string(place) + " " + std::to_string(static_cast<int>(request.method));
    for (const std::string& name : request.names) said += " " + name;
    said += " query=" + request.query + " shop=" + std::to_string(request.shop.value) +
            " key=" + request.key_id + " session=" + request.session + " body=" + request.body;
    if (request.content) said += " read=" + dynamic_cast<EchoedPassword&>(*request.content).text;
    if (request.query == "refuse") {
      return answers_->answer(
          {refused(request.ticket, {.refusal = {409, "It is in use.", {{"/name", "is taken"}}},
                                    .name = "in-use",
                                    .title = "In use",
                                    .headers = {{"Retry-After", "3"}}})});
    }
    answers_->answer({document(
        request.ticket,
        {.status = 201, .json = "\"" + said + "\"", .headers = {{"Location", "/v1/things/7"}}})});
  }

 private:
  ApiAnswers* answers_ = nullptr;
};

// Knows the requests that it was shown, by their names.
class OneBook final : public RepeatBook {
 public:
  std::optional<ApiAnswer> begin(const RepeatableRequest& request) override {
    const std::lock_guard lock(mutex_);
    const auto [found, is_new] = known_.try_emplace(request.name, request);
    if (is_new) return std::nullopt;
    if (found->second.secret != request.secret)
      return ApiAnswer{request.ticket, answers::OtherBody{}};
    return document(
        request.ticket,
        {.status = 201, .json = "\"again\"", .headers = {{"Idempotency-Replayed", "true"}}});
  }
  void forget(Ticket) override { ++forgotten; }

  std::map<std::string, RepeatableRequest> known() {
    const std::lock_guard lock(mutex_);
    return known_;
  }
  std::atomic<int> forgotten{0};

 private:
  std::mutex mutex_;
  std::map<std::string, RepeatableRequest> known_;
};

class ControlApiTest : public testing::Test {
 protected:
  ControlApiTest() : api_(options(), orders_, feeds_), server_({.loops = 2}, api_) {
    control_.answer_to(api_);
    orders_.answer_to(api_);
    api_.attach(server_);
    EXPECT_TRUE(server_.start());
  }
  ~ControlApiTest() override { server_.stop(); }

  OrderApiOptions options() {
    OrderApiOptions options = api_options();
    options.control = &control_;
    options.routes = test_routes;
    options.repeats = &book_;
    return options;
  }

  HttpReply ask(const std::string& line, const std::string& key, const std::string& body = {},
                const std::string& more = "Content-Type: application/json\r\n") {
    HttpClient client(server_.port());
    EXPECT_TRUE(client.send(line + " HTTP/1.1\r\nHost: shop.example\r\n" +
                            (key.empty() ? "" : "Authorization: Bearer " + key + "\r\n") + more +
                            "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body));
    return client.read_reply(line.starts_with("HEAD "));
  }

  OneBook book_;
  EchoBackend control_;
  ScriptedBackend orders_;
  EventFeeds feeds_{ShopEventIds({1, 2})};
  OrderApi api_;
  HttpServer server_;
};

TEST_F(ControlApiTest, HandsOverWhatARouteWasAskedFor) {
  const HttpReply reply = ask("POST /v1/things?a=b", operator_key, R"({"name":1})");
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.header("Location"), "/v1/things/7");
  EXPECT_EQ(reply.header("Cache-Control"), "no-store");
  EXPECT_THAT(reply.body,
              HasSubstr("1 3 query=a=b shop=0 key=" + key_id(hash_api_key(operator_key))));
  EXPECT_THAT(reply.body, HasSubstr(R"(body={"name":1})"));
}

TEST_F(ControlApiTest, AnswersARepeatWithoutAskingAnybody) {
  const auto things = [&](const std::string& key, const std::string& body = "{}") {
    return ask("POST /v1/things", operator_key, body,
               "Content-Type: application/json\r\nIdempotency-Key: " + key + "\r\n");
  };
  EXPECT_EQ(things("abc").header("Location"), "/v1/things/7");
  for (const char* same : {"abc", "\"abc\"", "\"abc\";v=1"}) {
    const HttpReply again = things(same);
    EXPECT_EQ(again.status, 201) << same;
    EXPECT_EQ(again.body, "\"again\"") << same;
    EXPECT_EQ(again.header("Idempotency-Replayed"), "true") << same;
  }
  EXPECT_EQ(things("abc", "[]").status, 422);
  EXPECT_EQ(things("abd").header("Location"), "/v1/things/7");
  EXPECT_EQ(things("\"").status, 400);
  EXPECT_EQ(things("").status, 400);
  const auto known = book_.known();
  ASSERT_EQ(known.size(), 2U);
  for (const auto& [name, request] : known) {
    EXPECT_EQ(request.credential, key_id(hash_api_key(operator_key)));
    EXPECT_THAT(name, HasSubstr("/v1/things"));
  }
}

TEST_F(ControlApiTest, NeitherReadsNorTakesAwayUnderAKey) {
  const std::string line = "Idempotency-Key: k\r\n";
  EXPECT_EQ(ask("GET /v1/things", operator_key, {}, line).status, 201);
  EXPECT_EQ(ask("DELETE /v1/things/7", first_shop_key, {}, line).status, 201);
  // What a log-in is depends on its password, which is asked each time.
  EXPECT_EQ(ask("POST /v1/passwords", "", R"({"password":"long enough"})",
                line + "Content-Type: application/json\r\n")
                .status,
            201);
  EXPECT_TRUE(book_.known().empty());
}

TEST_F(ControlApiTest, ForgetsAKeyWhoseBodyItRefused) {
  const auto reply = ask("POST /v1/things", operator_key, std::string(101, 'x'),
                         "Idempotency-Key: k\r\nContent-Type: application/json\r\n");
  EXPECT_EQ(reply.status, 413);
  EXPECT_EQ(book_.forgotten, 1);
}

TEST_F(ControlApiTest, KnowsTheShopOfAKeyAndTheNamesInAPath) {
  EXPECT_THAT(ask("GET /v1/things/T-4", second_shop_key).body, HasSubstr("2 1 T-4 query= shop=2"));
  EXPECT_THAT(ask("DELETE /v1/things/T-4", first_shop_key).body, HasSubstr("2 6 T-4"));
}

TEST_F(ControlApiTest, TakesAMembersSessionFromTokenOrCookie) {
  const std::string path = "GET /v1/things/a/parts/b";
  EXPECT_THAT(ask(path, "token").body, HasSubstr("3 1 a b query= shop=0 key= session=token"));
  EXPECT_THAT(ask(path, "", "", "Cookie: x=1; __Host-spillway-session=abc; y=2\r\n").body,
              HasSubstr("session=abc"));
  EXPECT_EQ(ask(path, "", "", "Cookie: x=1\r\n").status, 401);
}

TEST_F(ControlApiTest, AsksForTheKeyOfItsAudience) {
  EXPECT_EQ(ask("GET /v1/things", "").status, 401);
  EXPECT_EQ(ask("GET /v1/things", first_shop_key).status, 401);
  EXPECT_EQ(ask("GET /v1/things/1", operator_key).status, 401);
  EXPECT_EQ(ask("GET /v1/things/1", "").header("WWW-Authenticate"), "Bearer");
}

TEST_F(ControlApiTest, TellsWhichMethodsARouteHas) {
  const HttpReply wrong = ask("DELETE /v1/things", operator_key);
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, POST, OPTIONS");
  const HttpReply options = ask("OPTIONS /v1/things/1", "");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.header("Allow"), "GET, HEAD, PUT, DELETE, OPTIONS");
  EXPECT_EQ(ask("HEAD /v1/things", operator_key).status, 201);
  EXPECT_EQ(ask("HEAD /v1/passwords", "").status, 405);
}

TEST_F(ControlApiTest, ChecksTheBodysTypeAndSize) {
  EXPECT_EQ(ask("POST /v1/things", operator_key, "{}", "Content-Type: text/plain\r\n").status, 415);
  EXPECT_EQ(ask("POST /v1/things", operator_key, "", "").status, 201);
  EXPECT_EQ(ask("POST /v1/things", operator_key, std::string(101, ' ')).status, 413);
  EXPECT_EQ(ask("POST /v1/things", operator_key, std::string(100, ' ')).status, 201);
}

TEST_F(ControlApiTest, LetsARouteReadItsBodyItself) {
  const HttpReply read = ask("POST /v1/passwords", "", R"({"password":"secret"})");
  EXPECT_THAT(read.body, HasSubstr("body= read=secret"));
  const HttpReply refused = ask("POST /v1/passwords", "", R"({"password":"short"})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, HasSubstr(R"({"pointer":"/password","detail":"is too short"})"));
  EXPECT_EQ(ask("POST /v1/passwords", "", "{").status, 400);
}

TEST_F(ControlApiTest, WritesARefusalAsAProblem) {
  const HttpReply reply = ask("GET /v1/things?refuse", operator_key);
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.header("Retry-After"), "3");
  EXPECT_THAT(reply.body, HasSubstr(R"("type":"/problems/in-use","title":"In use")"));
  EXPECT_THAT(reply.body, HasSubstr(R"("errors":[{"pointer":"/name","detail":"is taken"}])"));
}

TEST_F(ControlApiTest, FindsNothingElsewhere) {
  for (const char* path :
       {"/v1/thing", "/v1/things/", "/v1/things//parts/b", "/v1/things/a/parts",
        "/v1/things/a/parts/", "/v1/things/a/parts/b/", "/v1/things/a/b", "/", "/v1"})
    EXPECT_EQ(ask(std::string("GET ") + path, operator_key).status, 404) << path;
}

TEST(Cookies, AreFoundByTheirWholeName) {
  EXPECT_EQ(find_cookie("a=1; b=2", "b"), "2");
  EXPECT_EQ(find_cookie("ab=1;b=2", "b"), "2");
  EXPECT_EQ(find_cookie("a=b=2", "b"), "");
  EXPECT_EQ(find_cookie("b", "b"), "");
  EXPECT_EQ(find_cookie("", "b"), "");
}

}  // namespace
}  // namespace spillway::net
