#include <atomic>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "tests/net/fixtures/http_client.hpp"
#include "tests/net/fixtures/http_handlers.hpp"

namespace spillway::net {
namespace {

// Begins a feed for /feed, holds what else comes, and counts.
class FeedHandler : public HttpHandler {
 public:
  void on_request(const HttpRequest& request, Ticket ticket) override {
    if (request.path == "/feed") {
      begun = server->begin_feed(ticket, "text/plain", {}, "heartbeat");
      feed = ticket;
      ++feeds;
    } else {
      held = ticket;
      ++requests;
    }
  }
  void on_turn_end(std::uint32_t) override {}
  void on_feed_drained(Ticket) override { ++drained; }
  void on_feed_closed(Ticket) override { ++closed; }

  // On the loop's thread.
  void run(const std::function<void()>& task) { server->event_loop(feed.loop).run_and_wait(task); }
  void send(const std::string& bytes) {
    run([&] { server->feed(feed, bytes); });
  }

  HttpServer* server = nullptr;
  Ticket feed;
  Ticket held;
  bool begun = false;
  std::atomic<int> feeds{0};
  std::atomic<int> requests{0};
  std::atomic<int> drained{0};
  std::atomic<int> closed{0};
};

std::string read_until(HttpClient& client, const std::string& end) {
  std::string all;
  while (all.find(end) == std::string::npos) {
    const std::string some = client.read_some();
    if (some.empty()) break;
    all += some;
  }
  return all;
}

TEST(HttpFeed, SendsInChunksWhatItIsGivenAndEnds) {
  Running<FeedHandler> running;
  HttpClient client(running.server.port());
  client.send(get("/feed"));
  const std::string head = read_until(client, "\r\n\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << head;
  EXPECT_NE(head.find("\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"),
            std::string::npos);
  EXPECT_EQ(head.find("Content-Length"), std::string::npos);
  FeedHandler& handler = running.handler;
  handler.send("one");
  EXPECT_EQ(read_until(client, "one\r\n"), "3\r\none\r\n");
  EXPECT_TRUE(eventually([&] { return handler.drained >= 1; }));
  handler.run([&] {
    running.server.feed(handler.feed, "0123456789abcdef");
    running.server.feed(handler.feed, "x");
    running.server.end_feed(handler.feed);
    running.server.feed(handler.feed, "too late");
  });
  EXPECT_EQ(read_until(client, "0\r\n\r\n"), "10\r\n0123456789abcdef\r\n1\r\nx\r\n0\r\n\r\n");
  EXPECT_TRUE(client.is_ended());
  EXPECT_TRUE(eventually([&] { return handler.closed == 1; }));
}

TEST(HttpFeed, WaitsForTheAnswersBeforeItAndServesNothingBehindIt) {
  Running<FeedHandler> running;
  HttpClient client(running.server.port());
  client.send(get("/held") + get("/feed") + get("/behind"));
  FeedHandler& handler = running.handler;
  ASSERT_TRUE(eventually([&] { return handler.feeds == 1; }));
  handler.send("one");
  handler.run([&] { running.server.answer(handler.held, 200, {}, {}, "held"); });
  EXPECT_EQ(client.read_reply().body, "held");
  read_until(client, "\r\n\r\n");
  handler.send("two");
  EXPECT_TRUE(read_until(client, "two\r\n").ends_with("3\r\ntwo\r\n"));
  EXPECT_EQ(handler.requests, 1);
}

TEST(HttpFeed, IsPlainBytesForAnOldClient) {
  Running<FeedHandler> running;
  HttpClient client(running.server.port());
  client.send("GET /feed HTTP/1.0\r\n\r\n");
  EXPECT_EQ(read_until(client, "\r\n\r\n").find("chunked"), std::string::npos);
  running.handler.send("one");
  running.handler.run([&] { running.server.end_feed(running.handler.feed); });
  EXPECT_EQ(read_until(client, "no such text"), "one");
}

TEST(HttpFeed, NoticesThatTheClientWentAway) {
  Running<FeedHandler> running;
  for (const bool reset : {true, false}) {
    const int closed = running.handler.closed;
    HttpClient client(running.server.port());
    client.send(get("/feed"));
    read_until(client, "\r\n\r\n");
    if (reset) {
      client.reset();
    } else {
      client.close();
    }
    EXPECT_TRUE(eventually([&] { return running.handler.closed == closed + 1; }));
    running.handler.send("nobody hears it");
  }
  EXPECT_TRUE(eventually([&] { return running.server.counts().connections_open == 0; }));
}

TEST(HttpFeed, SaysThatItLivesWhenItIsQuiet) {
  HttpServerOptions options;
  options.limits.sweep_interval = std::chrono::milliseconds(5);
  options.limits.feed_quiet_max = std::chrono::milliseconds(10);
  options.limits.idle_time_max = std::chrono::milliseconds(20);  // is not for feeds
  Running<FeedHandler> running(options);
  HttpClient client(running.server.port());
  client.send(get("/feed"));
  std::string all = read_until(client, "9\r\nheartbeat\r\n");
  for (int i = 0; i < 5; ++i) all = read_until(client, "9\r\nheartbeat\r\n");
  EXPECT_NE(all.find("heartbeat"), std::string::npos);
  EXPECT_EQ(running.handler.closed, 0);
}

TEST(HttpFeed, CutsAClientThatDoesNotReadWhatItIsGiven) {
  HttpServerOptions options;
  options.limits.output_max = 64 * 1024;
  Running<FeedHandler> running(options);
  HttpClient client(running.server.port());
  client.send(get("/feed"));
  ASSERT_TRUE(eventually([&] { return running.handler.feeds == 1; }));
  const std::string piece(64 * 1024, 'x');
  EXPECT_TRUE(eventually([&] {
    running.handler.send(piece);
    return running.handler.closed == 1;
  }));
}

TEST(HttpFeed, EndsWhenTheServerStops) {
  Running<FeedHandler> running;
  HttpClient client(running.server.port());
  client.send(get("/feed"));
  read_until(client, "\r\n\r\n");
  running.handler.send("one");
  running.server.stop();
  EXPECT_EQ(read_until(client, "no such text"), "3\r\none\r\n0\r\n\r\n");
  EXPECT_EQ(running.handler.closed, 1);
}

}  // namespace
}  // namespace spillway::net
