// The HTTP server under TLS, on real sockets against OpenSSL's own client.
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "net/server/http_server.hpp"
#include "net/tls/limits.hpp"
#include "tests/net/fixtures/http_client.hpp"
#include "tests/net/fixtures/http_handlers.hpp"
#include "tests/net/fixtures/tls_client.hpp"

namespace spillway::net {
namespace {

using namespace std::chrono_literals;

std::uint64_t failed_handshakes(const HttpServer& server) {
  return server.counts().rejected_total[static_cast<std::size_t>(HttpRejection::handshake_failed)];
}

class HttpTlsTest : public testing::Test {
 protected:
  HttpServerOptions options() {
    HttpServerOptions options;
    options.limits.sweep_interval = 5ms;
    const auto context = tls_server(ca_.issue("127.0.0.1"));
    context->speak_http();
    options.tls = context;
    return options;
  }

  TestCa ca_;
};

TEST_F(HttpTlsTest, AnswersOneRequestAfterTheOtherUnderEachVersion) {
  Running<EchoHandler> running(options());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(running.server.port(), ca_, version);
    client.must_shake_hands();
    EXPECT_EQ(SSL_version(client.session()), version);
    for (const std::string body : {"", "one", "two"}) {
      client.send(post("/a", body));
      EXPECT_EQ(client.read_reply().body, "POST /a " + body);
    }
  }
  EXPECT_EQ(running.server.counts().requests_total, 6U);
  EXPECT_EQ(running.server.counts().handshakes_total, 2U);
}

TEST_F(HttpTlsTest, LetsStrangersThatOnlyConnectNotKeepOthersOut) {
  Running<EchoHandler> running(options());
  std::vector<HttpClient> strangers;
  for (int count = 0; count < 1'100; ++count) strangers.emplace_back(running.server.port());
  EXPECT_TRUE(eventually(
      [&] { return failed_handshakes(running.server) == 1'100 - limits::tls_handshakes_max; }));
  EXPECT_EQ(strangers.front().read_some(), "") << "began first";
  TlsClient client(running.server.port(), ca_);
  client.must_shake_hands();
  client.send(get("/a"));
  EXPECT_EQ(client.read_reply().body, "GET /a ");
}

// Whatever is put off to a later turn comes to its end.
TEST_F(HttpTlsTest, BringsManyHandshakesAtOnceToTheirEnd) {
  Running<EchoHandler> running(options());
  std::vector<std::thread> threads;
  std::atomic<int> answered{0};
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        TlsClient client(running.server.port(), ca_);
        if (!client.shake_hands()) continue;
        client.send(get("/a"));
        if (client.read_reply().status == 200) ++answered;
      }
    });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(answered, 200);
  EXPECT_EQ(failed_handshakes(running.server), 0U);
}

TEST_F(HttpTlsTest, ReadsWhatComesByteByByteAndInSmallRecords) {
  Running<EchoHandler> running(options());
  TlsClient client(running.server.port(), ca_);
  client.must_shake_hands();
  for (const char c : post("/a", "body")) client.send(std::string(1, c));
  EXPECT_EQ(client.read_reply().body, "POST /a body");
  client.set_record_size(512);
  const std::string body(60'000, 'y');
  client.send(post("/b", body) + get("/c"));
  EXPECT_EQ(client.read_reply().body, "POST /b " + body);
  EXPECT_EQ(client.read_reply().body, "GET /c ");
}

TEST_F(HttpTlsTest, AnswersMoreInOneRecordThanMayWait) {
  HttpServerOptions with = options();
  with.limits.pipeline_max = 2;
  Running<EchoHandler> running(with);
  TlsClient client(running.server.port(), ca_);
  client.must_shake_hands();
  std::string requests;
  for (int i = 0; i < 300; ++i) requests += get("/" + std::to_string(i));
  client.send(requests);
  client.end_output();  // its end must not overtake the requests that had to wait
  for (int i = 0; i < 300; ++i)
    ASSERT_EQ(client.read_reply().body, "GET /" + std::to_string(i) + " ");
  EXPECT_TRUE(client.is_ended());
}

TEST_F(HttpTlsTest, HoldsBackWhatTheClientDoesNotTake) {
  Running<EchoHandler> running(options());
  TlsClient client(running.server.port(), ca_);
  client.must_shake_hands();
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += get("/large");  // 10 MB of answers
  client.send(requests);
  EXPECT_TRUE(eventually([&] { return running.server.counts().requests_total >= 2; }));
  const std::string large(100'000, 'x');
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.read_reply().body, large) << i;
}

TEST_F(HttpTlsTest, AnswersAClientThatEndedItsHalf) {
  Running<HoldingHandler> running(options());
  TlsClient client(running.server.port(), ca_);
  client.must_shake_hands();
  client.send(get("/1"));
  client.end_output();
  running.handler.answer("/1");
  EXPECT_EQ(client.read_reply().body, "/1");
  EXPECT_TRUE(client.is_ended());
}

TEST_F(HttpTlsTest, SaysWhenItEnds) {
  Running<EchoHandler> running(options());
  TlsClient asks(running.server.port(), ca_);
  asks.must_shake_hands().send(get("/a", "Connection: close\r\n"));
  EXPECT_EQ(asks.read_reply().header("Connection"), "close");
  EXPECT_TRUE(asks.is_ended());
  TlsClient wrong(running.server.port(), ca_);
  wrong.must_shake_hands().send("bad\r\n\r\n");
  EXPECT_EQ(wrong.read_reply().status, 400);
  EXPECT_TRUE(wrong.is_ended());
  TlsClient rests(running.server.port(), ca_);
  rests.must_shake_hands().send(get("/a"));
  EXPECT_EQ(rests.read_reply().status, 200);
  running.server.stop();
  EXPECT_TRUE(rests.is_ended());
}

TEST_F(HttpTlsTest, TurnsAwayAndCountsWhatIsNoTls) {
  Running<EchoHandler> running(options());
  std::uint64_t count = 0;
  for (const std::string& bytes : {get("/a"), std::string(600, '\x80'),
                                   std::string("\x16\x03\x01\x00\x04"
                                               "abcd",
                                               9)}) {
    HttpClient client(running.server.port());
    client.send(bytes);
    while (!client.read_some().empty()) {  // an alert
    }
    EXPECT_TRUE(client.is_ended());
    ++count;
    EXPECT_TRUE(eventually([&] { return failed_handshakes(running.server) == count; }));
  }
  EXPECT_EQ(running.server.counts().requests_total, 0U);
  TlsClient client(running.server.port(), ca_);
  client.must_shake_hands().send(get("/a"));
  EXPECT_EQ(client.read_reply().status, 200);
}

TEST_F(HttpTlsTest, EndsAHandshakeThatStalls) {
  HttpServerOptions with = options();
  with.limits.handshake_time_max = 20ms;
  Running<EchoHandler> running(with);
  HttpClient silent(running.server.port());
  HttpClient halting(running.server.port());
  halting.send(std::string("\x16\x03\x01\x02\x00\x01", 6));  // the beginning of a hello
  EXPECT_TRUE(silent.is_ended());
  EXPECT_TRUE(halting.is_ended());
  EXPECT_EQ(failed_handshakes(running.server), 2U);
}

TEST_F(HttpTlsTest, DoesNotShakeHandsAnew) {
  Running<EchoHandler> running(options());
  TlsClient client(running.server.port(), ca_, TLS1_2_VERSION);
  client.must_shake_hands();
  EXPECT_FALSE(client.renegotiate());
  EXPECT_EQ(running.server.counts().handshakes_total, 1U);
}

TEST_F(HttpTlsTest, BreaksOffAConnectionWhoseRecordsWereChanged) {
  Running<EchoHandler> running(options());
  TlsClient client(running.server.port(), ca_);
  client.must_shake_hands().send(get("/a"));
  EXPECT_EQ(client.read_reply().status, 200);
  client.send_in_the_clear(get("/b"));
  EXPECT_EQ(client.read_reply().status, 0);
  EXPECT_TRUE(eventually([&] { return running.server.counts().connections_open == 0; }));
  EXPECT_EQ(failed_handshakes(running.server), 0U);
  EXPECT_EQ(running.server.counts().requests_total, 1U);
}

TEST_F(HttpTlsTest, TakesUpASessionByItsTicket) {
  Running<EchoHandler> running(options());
  TlsClient first(running.server.port(), ca_);
  first.must_shake_hands().send(get("/a"));
  EXPECT_EQ(first.read_reply().status, 200);  // the ticket came before it
  SSL_SESSION* ticket = SSL_get1_session(first.session());
  TlsClient second(running.server.port(), ca_);
  SSL_set_session(second.session(), ticket);
  second.must_shake_hands();
  EXPECT_EQ(SSL_session_reused(second.session()), 1);
  SSL_SESSION_free(ticket);
}

TEST_F(HttpTlsTest, TurnsAwayMoreConnectionsThanAllowedWithoutAHandshake) {
  HttpServerOptions with = options();
  with.limits.connections_max = 1;
  Running<EchoHandler> running(with);
  TlsClient first(running.server.port(), ca_);
  first.must_shake_hands();
  TlsClient second(running.server.port(), ca_);
  EXPECT_FALSE(second.shake_hands());
  EXPECT_EQ(running.server.counts().handshakes_total, 1U);
  EXPECT_EQ(running.server.counts()
                .rejected_total[static_cast<std::size_t>(HttpRejection::too_many_connections)],
            1U);
}

TEST_F(HttpTlsTest, ShowsANewCertificateToNewConnectionsOnly) {
  HttpServerOptions with = options();
  with.loops = 2;
  Running<EchoHandler> running(with);
  TlsClient old(running.server.port(), ca_);
  old.must_shake_hands();
  const TestCa next("Next CA");
  running.server.renew_tls(tls_server(next.issue("127.0.0.1")));
  for (std::uint32_t loop = 0; loop < 2; ++loop)
    running.server.event_loop(loop).run_and_wait([] {});
  EXPECT_TRUE(TlsClient(running.server.port(), next).shake_hands());
  EXPECT_FALSE(TlsClient(running.server.port(), ca_).shake_hands());
  old.send(get("/a"));
  EXPECT_EQ(old.read_reply().status, 200);
}

}  // namespace
}  // namespace spillway::net
