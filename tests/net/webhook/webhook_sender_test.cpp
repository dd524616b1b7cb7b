#include "net/webhook/webhook_sender.hpp"

#include <condition_variable>
#include <map>

#include <gtest/gtest.h>

#include "engine/telling/limits.hpp"
#include "tests/net/fixtures/http_handlers.hpp"

namespace spillway::net {
namespace {

// A receiver that does as the path says.
class Receiver : public HttpHandler {
 public:
  struct Came {
    std::string path;
    std::string body;
    std::map<std::string, std::string> fields;
  };

  void on_request(const HttpRequest& request, Ticket ticket) override {
    {
      const std::lock_guard lock(mutex_);
      Came& came =
          came_.emplace_back(Came{std::string(request.path), std::string(request.body), {}});
      for (const HttpHeader& header : request.headers)
        came.fields[std::string(header.name)] = header.value;
    }
    if (request.path == "/hang") return;
    HttpResponse response;
    response.status =
        request.path.size() == 4 ? std::stoi(std::string(request.path.substr(1))) : 200;
    if (response.status == 302) response.headers = {{"Location", "/200"}};
    if (request.query.starts_with("after="))
      response.headers = {{"Retry-After", std::string(request.query.substr(6))}};
    if (request.path == "/large") response.body.assign(10 * limits::webhook_answer_max, 'x');
    server->answer(ticket, response);
  }
  void on_turn_end(std::uint32_t) override {}

  std::vector<Came> came() {
    const std::lock_guard lock(mutex_);
    return came_;
  }

  HttpServer* server = nullptr;

 private:
  std::mutex mutex_;
  std::vector<Came> came_;
};

class Results : public WebhookListener {
 public:
  void on_result(std::uint64_t id, WebhookResult result) override {
    const std::lock_guard lock(mutex_);
    results_[id] = std::move(result);
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return results_.size();
  }
  WebhookResult wait_for(std::uint64_t id) {
    EXPECT_TRUE(eventually([&] {
      const std::lock_guard lock(mutex_);
      return results_.contains(id);
    }));
    const std::lock_guard lock(mutex_);
    return results_[id];
  }

 private:
  std::mutex mutex_;
  std::map<std::uint64_t, WebhookResult> results_;
};

class WebhookSenderTest : public testing::Test {
 protected:
  ~WebhookSenderTest() override { sender_.stop(); }

  std::string url(const std::string& path, const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + std::to_string(receiver_.server.port()) + path;
  }
  WebhookResult deliver(WebhookSender& sender, const std::string& to) {
    sender.deliver(++last_, {to, R"({"id":"evt_1"})", "evt_1", "1800000000", "v1,abc"});
    return results_.wait_for(last_);
  }

  Running<Receiver> receiver_;
  Results results_;
  WebhookSender sender_{{.reach = WebhookReach::and_loopback,
                         .connect_time_max = std::chrono::seconds(10),
                         .answer_time_max = std::chrono::seconds(10)}};
  std::uint64_t last_ = 0;
};

TEST_F(WebhookSenderTest, PostsTheBodyWithItsSignature) {
  sender_.start(results_);
  const WebhookResult result = deliver(sender_, url("/hook?a=b"));
  EXPECT_EQ(result.kind, WebhookResult::Kind::delivered);
  EXPECT_EQ(result.answer, 200);
  const auto came = receiver_.handler.came();
  ASSERT_EQ(came.size(), 1u);
  EXPECT_EQ(came[0].path, "/hook");
  EXPECT_EQ(came[0].body, R"({"id":"evt_1"})");
  auto fields = came[0].fields;
  EXPECT_EQ(fields["Content-Type"], "application/json");
  EXPECT_EQ(fields["webhook-id"], "evt_1");
  EXPECT_EQ(fields["webhook-timestamp"], "1800000000");
  EXPECT_EQ(fields["webhook-signature"], "v1,abc");
  EXPECT_EQ(fields["User-Agent"], "Spillway/" SPILLWAY_VERSION);
  EXPECT_FALSE(fields.contains("Expect"));
}

TEST_F(WebhookSenderTest, TakesNothingButTwoHundredsForAnAnswer) {
  sender_.start(results_);
  const struct {
    const char* path;
    WebhookResult::Kind kind;
    int answer;
  } cases[] = {{"/204", WebhookResult::Kind::delivered, 204},
               {"/large", WebhookResult::Kind::delivered, 200},
               {"/302", WebhookResult::Kind::failed, 302},
               {"/400", WebhookResult::Kind::failed, 400},
               {"/410", WebhookResult::Kind::gone, 410},
               {"/500", WebhookResult::Kind::failed, 500}};
  for (const auto& each : cases) {
    const WebhookResult result = deliver(sender_, url(each.path));
    EXPECT_EQ(result.kind, each.kind) << each.path;
    EXPECT_EQ(result.answer, each.answer) << each.path;
    EXPECT_EQ(result.reason.empty(), each.kind == WebhookResult::Kind::delivered) << each.path;
  }
  EXPECT_EQ(receiver_.handler.came().size(), std::size(cases)) << "a redirect was followed";
}

TEST_F(WebhookSenderTest, TellsForHowLongAReceiverWantsToBeLeftAlone) {
  using std::chrono::seconds;
  sender_.start(results_);
  EXPECT_EQ(deliver(sender_, url("/429?after=120")).retry_after, Duration(seconds(120)));
  EXPECT_EQ(deliver(sender_, url("/503?after=0")).retry_after, Duration::zero());
  EXPECT_EQ(deliver(sender_, url("/500?after=7")).retry_after, Duration(seconds(7)));
  EXPECT_EQ(deliver(sender_, url("/503?after=soon")).retry_after, std::nullopt);
  EXPECT_EQ(deliver(sender_, url("/503")).retry_after, std::nullopt);
  EXPECT_EQ(deliver(sender_, url("/204?after=9")).retry_after, std::nullopt);
}

TEST_F(WebhookSenderTest, LetsAReceiverThatHangsHoldUpNobodyElse) {
  sender_.start(results_);
  for (int i = 0; i < 20; ++i) sender_.deliver(++last_, {url("/hang"), "{}", "e", "1", "v1,a"});
  ASSERT_TRUE(eventually([&] { return receiver_.handler.came().size() == 20; }));
  EXPECT_EQ(deliver(sender_, url("/200")).kind, WebhookResult::Kind::delivered);
  EXPECT_EQ(results_.count(), 1u);
}

TEST_F(WebhookSenderTest, GivesUpWaitingForAnAnswer) {
  WebhookSender sender({.reach = WebhookReach::and_loopback,
                        .connect_time_max = std::chrono::milliseconds(50),
                        .answer_time_max = std::chrono::milliseconds(50)});
  sender.start(results_);
  const WebhookResult result = deliver(sender, url("/hang"));
  EXPECT_EQ(result.kind, WebhookResult::Kind::failed);
  EXPECT_EQ(result.answer, 0);
  EXPECT_FALSE(result.reason.empty());
  sender.stop();
}

TEST_F(WebhookSenderTest, SaysThatNobodyListens) {
  sender_.start(results_);
  receiver_.server.stop();
  const WebhookResult result = deliver(sender_, url("/200"));
  EXPECT_EQ(result.kind, WebhookResult::Kind::failed);
  EXPECT_EQ(result.answer, 0);
}

TEST_F(WebhookSenderTest, ReachesNoAddressInsideWhateverTheNameSays) {
  WebhookSender sender(WebhookSenderOptions{});
  sender.start(results_);
  const std::string port = std::to_string(receiver_.server.port());
  for (const std::string host : {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0",
                                 "127.1", "2130706433"}) {
    const WebhookResult result = deliver(sender, "https://" + host + ":" + port + "/200");
    EXPECT_EQ(result.kind, WebhookResult::Kind::failed) << host;
    EXPECT_EQ(result.reason, "the name leads to an address that is not public") << host;
  }
  EXPECT_EQ(deliver(sender, url("/200")).answer, 0);  // plain HTTP
  EXPECT_EQ(receiver_.server.counts().connections_total, 0u);
  sender.stop();
}

}  // namespace
}  // namespace spillway::net
