#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/http/limits.hpp"
#include "net/server/http_server.hpp"
#include "tests/net/fixtures/http_client.hpp"
#include "tests/net/fixtures/http_handlers.hpp"

namespace spillway::net {
namespace {

using namespace std::chrono_literals;

std::uint64_t rejected(const HttpServer& server, HttpRejection reason) {
  return server.counts().rejected_total[static_cast<std::size_t>(reason)];
}

HttpServerOptions swift() {
  HttpServerOptions options;
  options.limits.sweep_interval = 5ms;
  return options;
}

TEST(HttpLimits, AnswersWhatIsWrongWithAProblemAndEnds) {
  struct Case {
    std::string request;
    int status;
    HttpRejection reason;
  };
  Running<EchoHandler> running;
  const std::string large(limits::http_body_max + 1, 'x');
  for (const Case& example :
       {Case{"bad\r\n\r\n", 400, HttpRejection::malformed},
        Case{post("/", large), 413, HttpRejection::body_too_large},
        Case{get("/", "X: " + large + "\r\n"), 431, HttpRejection::head_too_large},
        Case{get("/", "Transfer-Encoding: gzip\r\n"), 501, HttpRejection::not_supported},
        Case{get("/", "Expect: tea\r\n"), 417, HttpRejection::not_supported},
        Case{"GET / HTTP/2.0\r\n\r\n", 505, HttpRejection::not_supported}}) {
    const std::uint64_t before = rejected(running.server, example.reason);
    HttpClient client(running.server.port());
    client.send(get("/first") + example.request);
    EXPECT_EQ(client.read_reply().body, "GET /first ");
    const HttpReply reply = client.read_reply();
    EXPECT_EQ(reply.status, example.status);
    EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(reply.header("Connection"), "close");
    EXPECT_NE(reply.body.find("\"status\":" + std::to_string(example.status)), std::string::npos);
    EXPECT_TRUE(client.is_ended());
    EXPECT_EQ(rejected(running.server, example.reason), before + 1);
  }
}

TEST(HttpLimits, RefusesALargeBodyBeforeItIsSent) {
  Running<EchoHandler> running;
  HttpClient client(running.server.port());
  client.send(
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9999999\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 413);
}

TEST(HttpLimits, EndsAHeadThatComesTooSlowly) {
  HttpServerOptions options = swift();
  options.limits.head_time_max = 50ms;
  Running<EchoHandler> running(options);
  HttpClient client(running.server.port());
  client.send("GET / HTTP/1.1\r\n");
  EXPECT_EQ(client.read_reply().status, 408);
  EXPECT_TRUE(client.is_ended());
  EXPECT_EQ(rejected(running.server, HttpRejection::timed_out), 1u);
}

TEST(HttpLimits, GivesEachHeadItsTimeFromItsFirstByte) {
  HttpServerOptions options = swift();
  options.limits.head_time_max = 1s;
  Running<EchoHandler> running(options);
  HttpClient client(running.server.port());
  const auto begin = std::chrono::steady_clock::now();
  // Together far longer than the limit; none of them alone.
  while (std::chrono::steady_clock::now() - begin < 1100ms) {
    client.send("GET /a HTTP/1.1\r\nHo");
    client.send("st: a\r\n\r\n");
    ASSERT_EQ(client.read_reply().status, 200);
  }
}

TEST(HttpLimits, EndsABodyThatComesTooSlowly) {
  HttpServerOptions options = swift();
  options.limits.body_time_max = 50ms;
  Running<EchoHandler> running(options);
  for (const std::string field : {"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"}) {
    HttpClient client(running.server.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n1");
    EXPECT_EQ(client.read_reply().status, 408);
    EXPECT_TRUE(client.is_ended());
  }
}

TEST(HttpLimits, EndsAConnectionThatRestsTooLong) {
  HttpServerOptions options = swift();
  options.limits.idle_time_max = 300ms;
  Running<EchoHandler> running(options);
  HttpClient silent(running.server.port());
  EXPECT_EQ(silent.read_some(), "");
  HttpClient used(running.server.port());
  used.send(get("/a"));
  EXPECT_EQ(used.read_reply().status, 200);
  EXPECT_TRUE(used.is_ended());
}

TEST(HttpLimits, EndsEachOfManyConnectionsThatRestTooLong) {
  HttpServerOptions options = swift();
  options.limits.idle_time_max = 30ms;
  Running<EchoHandler> running(options);
  std::vector<HttpClient> clients;
  for (int i = 0; i < 600; ++i) clients.emplace_back(running.server.port());
  for (HttpClient& client : clients) EXPECT_TRUE(client.is_ended());
}

TEST(HttpLimits, DoesNotEndAConnectionThatWaitsForItsAnswer) {
  HttpServerOptions options = swift();
  options.limits.idle_time_max = 200ms;
  options.limits.head_time_max = 20ms;
  Running<HoldingHandler> running(options);
  HttpClient waits(running.server.port());
  waits.send(get("/1"));
  running.handler.ticket("/1");
  HttpClient rests(running.server.port());
  EXPECT_TRUE(rests.is_ended());  // the time is over for the one that rests
  running.handler.answer("/1");
  EXPECT_EQ(waits.read_reply().body, "/1");
}

TEST(HttpLimits, EndsAConnectionThatDoesNotTakeItsAnswers) {
  HttpServerOptions options = swift();
  options.limits.write_time_max = 50ms;
  Running<EchoHandler> running(options);
  HttpClient client(running.server.port());
  std::string requests;
  for (int number = 0; number < 400; ++number) requests += get("/large");
  client.send(requests);
  EXPECT_TRUE(eventually([&] { return rejected(running.server, HttpRejection::timed_out) == 1; }));
  EXPECT_TRUE(eventually([&] { return running.server.counts().connections_open == 0; }));
}

TEST(HttpLimits, EndsTheSlowestWhenTooMuchIsNotTakenByAll) {
  HttpServerOptions options;
  // Each holds more than 262,144 bytes and less than 100,000 more: two may, three may not.
  options.limits.unread_total_max = 750'000;
  Running<EchoHandler> running(options);
  std::string requests;
  for (int number = 0; number < 400; ++number) requests += get("/large");
  std::vector<HttpClient> clients;
  for (std::uint64_t count = 1; count <= 6; ++count) {
    clients.emplace_back(running.server.port()).send(requests);
    EXPECT_TRUE(eventually([&] {
      return rejected(running.server, HttpRejection::timed_out) == (count < 3 ? 0 : count - 2);
    })) << count;
  }
  // The last began last; it only has to read.
  for (int number = 0; number < 400; ++number)
    ASSERT_EQ(clients.back().read_reply().body.size(), 100'000u) << number;
  EXPECT_TRUE(eventually([&] { return running.server.counts().connections_open == 2; }));
  EXPECT_EQ(rejected(running.server, HttpRejection::timed_out), 4u);
}

// 429 to "/no", which is too much.
class RefusingHandler : public EchoHandler {
 public:
  void on_request(const HttpRequest& request, Ticket ticket) override {
    if (request.path != "/no") return EchoHandler::on_request(request, ticket);
    HttpResponse refusal;
    refusal.status = 429;
    server->answer(ticket, refusal);
  }
};

TEST(HttpLimits, TakesNothingForAWhileFromWhoeverWasToldToSlowDown) {
  HttpServerOptions options;
  options.limits.refused_rest = 50ms;
  Running<RefusingHandler> running(options);
  HttpClient fast(running.server.port());
  HttpClient calm(running.server.port());
  const auto began = std::chrono::steady_clock::now();
  fast.send(get("/no") + get("/a"));
  EXPECT_EQ(fast.read_reply().status, 429);
  calm.send(get("/b"));
  EXPECT_EQ(calm.read_reply().body, "GET /b ");
  EXPECT_EQ(fast.read_reply().body, "GET /a ");
  EXPECT_GE(std::chrono::steady_clock::now() - began, 49ms);
  fast.send(get("/c"));
  EXPECT_EQ(fast.read_reply().body, "GET /c ");
}

TEST(HttpLimits, EndsARestWithItsConnection) {
  HttpServerOptions options;
  options.limits.refused_rest = 20ms;
  Running<RefusingHandler> running(options);
  for (int i = 0; i < 3; ++i) {
    HttpClient fast(running.server.port());
    fast.send(get("/no"));
    EXPECT_EQ(fast.read_reply().status, 429);
  }
  HttpClient calm(running.server.port());
  calm.send(get("/no") + get("/b"));
  EXPECT_EQ(calm.read_reply().status, 429);
  EXPECT_EQ(calm.read_reply().body, "GET /b ");
}

TEST(HttpLimits, TurnsAwayMoreConnectionsThanAllowed) {
  HttpServerOptions options;
  options.limits.connections_max = 2;
  Running<EchoHandler> running(options);
  HttpClient first(running.server.port());
  HttpClient second(running.server.port());
  HttpClient third(running.server.port());
  third.send(get("/a"));
  const HttpReply reply = third.read_reply();
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.header("Retry-After"), "1");
  EXPECT_TRUE(third.is_ended());
  third.close();
  first.send(get("/a"));
  EXPECT_EQ(first.read_reply().status, 200);
  first.close();
  EXPECT_TRUE(eventually([&] { return running.server.counts().connections_open == 1; }));
  HttpClient fourth(running.server.port());
  fourth.send(get("/b"));
  EXPECT_EQ(fourth.read_reply().status, 200);
}

TEST(HttpLimits, LetsAClientReadItsRefusalWhileItStillSends) {
  HttpServerOptions options = swift();
  options.limits.linger_time_max = 10s;
  Running<EchoHandler> running(options);
  HttpClient client(running.server.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n");
  client.send(std::string(5'000'000, 'x'));
  EXPECT_EQ(client.read_reply().status, 413);
  EXPECT_TRUE(client.is_ended());
  client.close();
  EXPECT_TRUE(eventually([&] { return running.server.counts().connections_open == 0; }));
}

TEST(HttpLimits, DoesNotLingerForEver) {
  HttpServerOptions options = swift();
  options.limits.linger_time_max = 20ms;
  Running<EchoHandler> running(options);
  HttpClient client(running.server.port());
  client.send("bad\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 400);
  EXPECT_TRUE(eventually([&] { return running.server.counts().connections_open == 0; }));
}

TEST(HttpShutdown, AnswersWhatIsInFlightAndRefusesMore) {
  HttpServerOptions options = swift();
  Running<HoldingHandler> running(options);
  HttpClient waits(running.server.port());
  waits.send(get("/1") + get("/2"));
  HttpClient rests(running.server.port());
  HttpClient sends(running.server.port());
  sends.send(get("/0") + "POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n1");
  running.handler.ticket("/2");
  running.handler.ticket("/0");  // and what came with it has been read
  ASSERT_TRUE(eventually([&] { return running.server.counts().connections_open == 3; }));
  std::thread stopping([&] { running.server.stop(); });
  EXPECT_TRUE(rests.is_ended());
  EXPECT_ANY_THROW(HttpClient(running.server.port()));
  for (const char* path : {"/0", "/2", "/1"}) running.handler.answer(path);
  EXPECT_EQ(waits.read_reply().body, "/1");
  const HttpReply last = waits.read_reply();
  EXPECT_EQ(last.body, "/2");
  EXPECT_EQ(last.header("Connection"), "close");
  EXPECT_TRUE(waits.is_ended());
  const HttpReply before_the_half = sends.read_reply();
  EXPECT_EQ(before_the_half.body, "/0");
  EXPECT_EQ(before_the_half.header("Connection"), "close");
  EXPECT_TRUE(sends.is_ended());
  stopping.join();
  EXPECT_EQ(running.server.counts().connections_open, 0u);
}

TEST(HttpShutdown, WaitsForNoHalfSentRequest) {
  HttpServerOptions options = swift();
  options.limits.shutdown_time_max = options.limits.head_time_max = options.limits.body_time_max =
      1h;
  for (const std::string half :
       {"G", "GET /1 HTTP/1.1\r\nHost: a\r\n",
        "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1",
        "POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"}) {
    Running<EchoHandler> running(options);
    HttpClient client(running.server.port());
    client.send(get("/0") + half);
    EXPECT_EQ(client.read_reply().status, 200);  // and what came with it has been read
    running.server.stop();
    EXPECT_TRUE(client.is_ended()) << half;
  }
}

// The half-sent one stands behind more requests than are taken at once.
TEST(HttpShutdown, GivesUpAHalfSentRequestBehindThoseThatWait) {
  HttpServerOptions options = swift();
  options.limits.shutdown_time_max = 1h;
  options.limits.pipeline_max = 1;
  Running<HoldingHandler> running(options);
  HttpClient client(running.server.port());
  client.send(get("/1") + get("/2") + "GET /half");
  running.handler.ticket("/1");
  std::thread stopping([&] { running.server.stop(); });
  EXPECT_TRUE(eventually([&] {
    try {
      HttpClient another(running.server.port());
      return false;
    } catch (const std::exception&) {
      return true;
    }
  }));
  running.handler.answer("/1");
  running.handler.answer("/2");
  EXPECT_EQ(client.read_reply().body, "/1");
  EXPECT_EQ(client.read_reply().body, "/2");
  EXPECT_TRUE(client.is_ended());
  stopping.join();
}

TEST(HttpShutdown, DoesNotWaitForEver) {
  HttpServerOptions options = swift();
  options.limits.shutdown_time_max = 50ms;
  Running<HoldingHandler> running(options);
  HttpClient client(running.server.port());
  client.send(get("/never"));
  const Ticket ticket = running.handler.ticket("/never");
  running.server.stop();
  EXPECT_TRUE(client.is_ended());
  EventLoop& loop = running.server.event_loop(ticket.loop);
  loop.run_and_wait([&] { running.server.answer(ticket, 200, {}, {}, "late"); });
  EXPECT_EQ(running.server.counts().dropped_total, 1u);
}

}  // namespace
}  // namespace spillway::net
