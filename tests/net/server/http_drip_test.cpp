// Clients that send a byte at a time, and those that send much at once and then no more.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "net/http/limits.hpp"
#include "tests/net/fixtures/http_client.hpp"
#include "tests/net/fixtures/http_handlers.hpp"
#include "tests/net/fixtures/tls_client.hpp"

namespace spillway::net {
namespace {

using namespace std::chrono_literals;

constexpr auto quick = 60ms;
constexpr auto slow = std::chrono::milliseconds(generous);

HttpServerOptions all_times_are_slow() {
  HttpServerOptions options;
  options.limits.sweep_interval = 5ms;
  options.limits.head_time_max = options.limits.body_time_max = slow;
  options.limits.handshake_time_max = options.limits.idle_time_max = slow;
  return options;
}

// Sends `begin` and then the byte again and again, in a pace that would renew any deadline, until
// the server has had enough. False: it never has.
template <class Send>
bool is_ended_while_dripping(const HttpServer& server, HttpRejection reason, Send send) {
  const auto rejected = [&] {
    return server.counts().rejected_total[static_cast<std::size_t>(reason)];
  };
  auto next = std::chrono::steady_clock::now();
  const bool ended = eventually([&] {
    if (std::chrono::steady_clock::now() >= next) {
      send();
      next += 2ms;
    }
    return rejected() != 0;
  });
  return ended && rejected() == 1;
}

TEST(HttpDrip, DoesNotRenewTheTimeOfAHead) {
  HttpServerOptions options = all_times_are_slow();
  options.limits.head_time_max = quick;
  Running<EchoHandler> running(options);
  HttpClient client(running.server.port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\nX: ");
  EXPECT_TRUE(
      is_ended_while_dripping(running.server, HttpRejection::timed_out, [&] { client.send("x"); }));
  EXPECT_EQ(client.read_reply().status, 408);
}

TEST(HttpDrip, DoesNotRenewTheTimeOfABody) {
  for (const bool chunked : {false, true}) {
    HttpServerOptions options = all_times_are_slow();
    options.limits.body_time_max = quick;
    Running<EchoHandler> running(options);
    HttpClient client(running.server.port());
    client.send(std::string("POST / HTTP/1.1\r\nHost: a\r\n") +
                (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: 60000\r\n\r\n"));
    EXPECT_TRUE(is_ended_while_dripping(running.server, HttpRejection::timed_out, [&] {
      client.send(chunked ? "1\r\nx\r\n" : "x");
    })) << chunked;
    EXPECT_EQ(client.read_reply().status, 408) << chunked;
  }
}

// The trailers are of the body.
TEST(HttpDrip, DoesNotRenewTheTimeOfTrailers) {
  HttpServerOptions options = all_times_are_slow();
  options.limits.body_time_max = quick;
  Running<EchoHandler> running(options);
  HttpClient client(running.server.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ");
  EXPECT_TRUE(
      is_ended_while_dripping(running.server, HttpRejection::timed_out, [&] { client.send("x"); }));
  EXPECT_EQ(client.read_reply().status, 408);
}

TEST(HttpDrip, DoesNotRenewTheTimeOfAHandshake) {
  TestCa ca;
  HttpServerOptions options = all_times_are_slow();
  options.limits.handshake_time_max = quick;
  options.tls = tls_server(ca.issue("127.0.0.1"));
  Running<EchoHandler> running(options);
  HttpClient client(running.server.port());
  client.send(std::string("\x16\x03\x01\x20\x00\x01\x00\x1f\xfc\x03\x03", 11));  // a hello of 8 KiB
  EXPECT_TRUE(is_ended_while_dripping(running.server, HttpRejection::handshake_failed,
                                      [&] { client.send("x"); }));
}

TEST(HttpDrip, LeavesOthersTheirTime) {
  HttpServerOptions options = all_times_are_slow();
  options.limits.head_time_max = quick;
  Running<EchoHandler> running(options);
  HttpClient drips(running.server.port());
  HttpClient other(running.server.port());
  drips.send("GET / HTTP/1.1\r\nHost: a\r\nX: ");
  EXPECT_TRUE(is_ended_while_dripping(running.server, HttpRejection::timed_out, [&] {
    drips.send("x");
    other.send(get("/other"));
    EXPECT_EQ(other.read_reply().status, 200);
  }));
}

// More than may wait for their answers, and then the client's half of the connection ends.
TEST(HttpDrip, PipelinedRequestsBeyondTheBoundAreAnsweredAfterAHalfClose) {
  constexpr int count = 23;
  HttpServerOptions options;
  options.limits.pipeline_max = 3;
  {
    Running<HoldingHandler> running(options);
    HttpClient client(running.server.port());
    std::string requests;
    for (int i = 0; i < count; ++i) requests += get("/" + std::to_string(i));
    client.send(requests + "GET /half");
    client.end_output();
    for (int i = 0; i < count; ++i) {
      running.handler.answer("/" + std::to_string(i));
      EXPECT_EQ(client.read_reply().body, "/" + std::to_string(i));
    }
    EXPECT_TRUE(client.is_ended());
  }
  Running<EchoHandler> at_once(options);
  HttpClient client(at_once.server.port());
  std::string requests;
  for (int i = 0; i < count; ++i) requests += post("/" + std::to_string(i), "b");
  client.send(requests);
  client.end_output();
  for (int i = 0; i < count; ++i)
    EXPECT_EQ(client.read_reply().body, "POST /" + std::to_string(i) + " b");
  EXPECT_TRUE(client.is_ended());
}

std::uint64_t timed_out(const HttpServer& server) {
  return server.counts().rejected_total[static_cast<std::size_t>(HttpRejection::timed_out)];
}

TEST(HttpDrip, EndsTheSlowestWhenTooMuchOfRequestsIsNotSentToTheEnd) {
  HttpServerOptions options;
  options.limits.input_total_max = 250'000;
  Running<EchoHandler> running(options);
  const std::string whole = post("/", std::string(150'000, 'x'));
  const std::string part = whole.substr(0, 100'000);
  std::vector<HttpClient> clients;
  for (std::uint64_t count = 1; count <= 5; ++count) {
    clients.emplace_back(running.server.port()).send(part);
    EXPECT_TRUE(eventually([&] {
      return timed_out(running.server) == (count < 3 ? 0 : count - 2);
    })) << count;
  }
  EXPECT_TRUE(clients.front().is_ended());
  clients.back().send(whole.substr(part.size()));
  EXPECT_EQ(clients.back().read_reply().status, 200);
  clients[3].send(whole.substr(part.size()));
  EXPECT_EQ(clients[3].read_reply().status, 200);
}

// As many fields as the proxies of a mesh add, and no more bytes than ever.
TEST(HttpDrip, TakesTheFieldsThatAMeshAdds) {
  Running<EchoHandler> running;
  HttpClient client(running.server.port());
  const auto with = [](std::size_t count, std::size_t size) {
    std::string fields;
    for (std::size_t i = 1; i < count; ++i)  // and Host
      fields += "X-Mesh-" + std::to_string(i) + ": " + std::string(size, 'v') + "\r\n";
    return get("/a", fields);
  };
  for (const std::size_t count : {70U, 130U}) {
    client.send(with(count, 20));
    EXPECT_EQ(client.read_reply().status, 200) << count;
  }
  client.send(with(limits::http_header_fields_max, 1));
  EXPECT_EQ(client.read_reply().status, 200);
  client.send(with(limits::http_header_fields_max + 1, 1));
  EXPECT_EQ(client.read_reply().status, 431);
  HttpClient large(running.server.port());
  large.send(with(70, 300));
  EXPECT_EQ(large.read_reply().status, 431);
}

}  // namespace
}  // namespace spillway::net
