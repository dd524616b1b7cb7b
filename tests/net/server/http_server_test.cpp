#include "net/server/http_server.hpp"

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/net/fixtures/http_client.hpp"
#include "tests/net/fixtures/http_handlers.hpp"

namespace spillway::net {
namespace {

TEST(HttpServer, AnswersOneRequestAfterTheOtherOnAConnection) {
  Running<EchoHandler> running;
  HttpClient client(running.server.port());
  for (const std::string body : {"", "one", "two"}) {
    client.send(post("/a", body));
    const HttpReply reply = client.read_reply();
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "POST /a " + body);
    EXPECT_EQ(reply.header("Content-Type"), "text/plain");
    EXPECT_EQ(reply.header("X-Test"), "1");
    EXPECT_EQ(reply.header("Date").size(), 29u);
    EXPECT_EQ(reply.header("Connection"), "");
  }
  EXPECT_EQ(running.server.counts().requests_total, 3u);
  EXPECT_EQ(running.server.counts().connections_total, 1u);
}

TEST(HttpServer, ReadsARequestThatComesByteByByte) {
  Running<EchoHandler> running;
  HttpClient client(running.server.port());
  for (const char c : post("/a", "body")) client.send(std::string(1, c));
  EXPECT_EQ(client.read_reply().body, "POST /a body");
}

TEST(HttpServer, ReadsABodyLargerThanItsReadBuffer) {
  HttpServerOptions options;
  options.limits.body_max = 1'000'000;
  Running<EchoHandler> running(options);
  HttpClient client(running.server.port());
  const std::string body(900'000, 'y');
  client.send(post("/a", body) + get("/b"));
  EXPECT_EQ(client.read_reply().body, "POST /a " + body);
  EXPECT_EQ(client.read_reply().body, "GET /b ");
}

TEST(HttpServer, JoinsAChunkedBody) {
  Running<EchoHandler> running;
  HttpClient client(running.server.port());
  client.send("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab");
  client.send("c\r\n4;x=y\r\ndefg\r\n0\r\nT: 1\r\n\r\n" + get("/b"));
  EXPECT_EQ(client.read_reply().body, "POST /a abcdefg");
  EXPECT_EQ(client.read_reply().body, "GET /b ");
}

TEST(HttpServer, AnswersHeadWithoutTheBody) {
  Running<EchoHandler> running;
  HttpClient client(running.server.port());
  client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + get("/b"));
  const HttpReply reply = client.read_reply(true);
  EXPECT_EQ(reply.header("Content-Length"), "8");
  EXPECT_EQ(client.read_reply().body, "GET /b ");
}

TEST(HttpServer, EndsTheConnectionWhenTheClientAsksForIt) {
  Running<EchoHandler> running;
  HttpClient client(running.server.port());
  client.send(get("/a", "Connection: close\r\n"));
  EXPECT_EQ(client.read_reply().header("Connection"), "close");
  EXPECT_TRUE(client.is_ended());
}

TEST(HttpServer, EndsTheConnectionWhenTheHandlerAsksForIt) {
  Running<EchoHandler> running;
  HttpClient client(running.server.port());
  client.send(get("/close") + get("/never"));
  EXPECT_EQ(client.read_reply().header("Connection"), "close");
  EXPECT_TRUE(client.is_ended());
}

TEST(HttpServer, SpeaksHttp10) {
  Running<EchoHandler> running;
  HttpClient stays(running.server.port());
  stays.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(stays.read_reply().header("Connection"), "keep-alive");
  stays.send("GET /b HTTP/1.0\r\n\r\n");
  EXPECT_EQ(stays.read_reply().body, "GET /b ");
  EXPECT_TRUE(stays.is_ended());
}

TEST(HttpServer, AnswersPipelinedRequestsInTheirOrder) {
  Running<HoldingHandler> running;
  HttpClient client(running.server.port());
  client.send(get("/1") + get("/2") + get("/3") + get("/4"));
  for (const char* path : {"/3", "/1", "/4", "/2"}) running.handler.answer(path);
  for (const char* path : {"/1", "/2", "/3", "/4"}) EXPECT_EQ(client.read_reply().body, path);
}

TEST(HttpServer, ReadsNoMoreThanItMayHoldUnanswered) {
  HttpServerOptions options;
  options.limits.pipeline_max = 4;
  Running<HoldingHandler> running(options);
  HttpClient client(running.server.port());
  std::string requests;
  for (int number = 0; number < 40; ++number) requests += get("/" + std::to_string(number));
  client.send(requests);
  running.handler.ticket("/3");
  for (int number = 0; number < 40; ++number) {
    EXPECT_LE(running.handler.count(), static_cast<std::size_t>(number) + 4);
    running.handler.answer("/" + std::to_string(number));
    EXPECT_EQ(client.read_reply().body, "/" + std::to_string(number));
  }
}

TEST(HttpServer, ReadsNoMoreWhileItsAnswersAreNotTaken) {
  HttpServerOptions options;
  options.limits.output_max = 200'000;
  Running<EchoHandler> running(options);
  HttpClient client(running.server.port());
  constexpr int count = 400;  // 40 MB of answers, more than the kernel's buffers take
  std::string requests;
  for (int number = 0; number < count; ++number) requests += get("/large");
  std::thread sender([&] { client.send(requests); });
  std::uint64_t handed_over = 0;
  int unchanged = 0;  // turns of the loop
  EXPECT_TRUE(eventually([&] {
    running.server.event_loop(0).run_and_wait([] {});
    const std::uint64_t before = std::exchange(handed_over, running.server.counts().requests_total);
    unchanged = handed_over > 0 && handed_over == before ? unchanged + 1 : 0;
    return unchanged == 200;
  }));
  EXPECT_LT(handed_over, static_cast<std::uint64_t>(count));
  for (int number = 0; number < count; ++number) {
    ASSERT_EQ(client.read_reply().body.size(), 100'000u) << number;
  }
  sender.join();
}

TEST(HttpServer, SaysContinueWhenTheClientWaitsForIt) {
  Running<EchoHandler> running;
  HttpClient client(running.server.port());
  client.send("POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 100);
  client.send("abc");
  EXPECT_EQ(client.read_reply().body, "POST /a abc");
}

TEST(HttpServer, SaysContinueOnlyAfterTheAnswersBefore) {
  Running<HoldingHandler> running;
  HttpClient client(running.server.port());
  client.send(get("/1") +
              "POST /2 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
  running.handler.answer("/1");
  EXPECT_EQ(client.read_reply().body, "/1");
  EXPECT_EQ(client.read_reply().status, 100);
  client.send("x");
  running.handler.answer("/2");
  EXPECT_EQ(client.read_reply().body, "/2");
}

TEST(HttpServer, SendsAnAnswerThatWasPutTogetherElsewhere) {
  Running<HoldingHandler> running;
  const std::string raw = "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nhi";
  const auto answer = [&](const std::string& path) {
    const Ticket ticket = running.handler.ticket(path);
    running.server.post_to_loop(ticket.loop,
                                [&, ticket] { running.server.answer_raw(ticket, raw); });
  };
  HttpClient client(running.server.port());
  client.send(get("/1") + "HEAD /2 HTTP/1.1\r\nHost: a\r\n\r\n" +
              get("/3", "Connection: close\r\n"));
  for (const char* path : {"/2", "/1", "/3"}) answer(path);
  EXPECT_EQ(client.read_reply().body, "hi");
  EXPECT_EQ(client.read_reply(true).header("Content-Length"), "2");
  const HttpReply last = client.read_reply();
  EXPECT_EQ(last.body, "hi");
  EXPECT_EQ(last.header("Connection"), "close");
  EXPECT_TRUE(client.is_ended());
}

TEST(HttpServer, AnswersAClientThatHasEndedItsHalf) {
  Running<HoldingHandler> running;
  HttpClient client(running.server.port());
  client.send(get("/1") + get("/2") + "GET /half");
  client.end_output();
  running.handler.answer("/2");
  running.handler.answer("/1");
  EXPECT_EQ(client.read_reply().body, "/1");
  EXPECT_EQ(client.read_reply().body, "/2");
  EXPECT_TRUE(client.is_ended());
}

TEST(HttpServer, DropsTheAnswerToAClientThatIsGone) {
  Running<HoldingHandler> running;
  HttpClient client(running.server.port());
  client.send(get("/1"));
  const Ticket ticket = running.handler.ticket("/1");
  client.reset();
  EXPECT_TRUE(eventually([&] { return running.server.counts().connections_open == 0; }));
  HttpClient next(running.server.port());  // takes the place of the one that went
  next.send(get("/2"));
  const Ticket next_ticket = running.handler.ticket("/2");
  EXPECT_NE(ticket.connection, next_ticket.connection);
  running.handler.answer("/1");
  running.handler.answer("/2");
  EXPECT_EQ(next.read_reply().body, "/2");
  EXPECT_EQ(running.server.counts().dropped_total, 1u);
  EXPECT_EQ(running.server.counts().responses_total, 1u);
}

TEST(HttpServer, ServesTwoHundredConnectionsAtOnce) {
  HttpServerOptions options;
  options.loops = 2;
  Running<EchoHandler> running(options);
  std::vector<HttpClient> clients;
  for (int number = 0; number < 200; ++number) clients.emplace_back(running.server.port());
  for (int round = 0; round < 5; ++round) {
    for (HttpClient& client : clients) client.send(post("/a", "1") + post("/b", "2"));
    for (HttpClient& client : clients) {
      EXPECT_EQ(client.read_reply().body, "POST /a 1");
      EXPECT_EQ(client.read_reply().body, "POST /b 2");
    }
  }
  EXPECT_EQ(running.server.counts().requests_total, 2'000u);
  EXPECT_EQ(running.server.counts().connections_open, 200u);
  EXPECT_GT(running.handler.turns, 0);
}

// 200 or 0: a client that comes too early is turned away, or finds the server gone.
int status_for_early_client(std::uint16_t port) {
  try {
    HttpClient client(port);
    client.send(get("/early"));
    return client.read_reply().status;
  } catch (const std::runtime_error&) {
    return 0;
  }
}

TEST(HttpServer, StartsWhileClientsAlreadyKnock) {
  std::uint16_t port = 0;
  {
    const Running<EchoHandler> earlier;
    port = earlier.server.port();
  }
  for (int round = 0; round < 500; ++round) {
    std::atomic<int> knocks{0};
    std::atomic<bool> answered{false};
    std::thread knocking([&] {
      answered = eventually([&] {
        ++knocks;
        return status_for_early_client(port) == 200;
      });
    });
    EXPECT_TRUE(eventually([&] { return knocks > 10; }));
    HttpServerOptions options;
    options.loops = 2;
    options.port = port;
    const Running<EchoHandler> running(options);
    knocking.join();
    EXPECT_TRUE(answered);
  }
}

TEST(HttpServer, SaysWhyItCannotListen) {
  Running<EchoHandler> running;
  for (const std::uint32_t loops : {1u, 2u}) {
    EchoHandler handler;
    HttpServerOptions options;
    options.loops = loops;
    options.port = running.server.port();
    HttpServer second(options, handler);
    const auto started = second.start();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().message.find("127.0.0.1"), std::string::npos);
    EXPECT_NE(started.error().message.find("address already in use"), std::string::npos);
  }
}

}  // namespace
}  // namespace spillway::net
