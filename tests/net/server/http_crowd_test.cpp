// Many who come at once, and many who hardly read.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <future>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/http/limits.hpp"
#include "net/server/http_server.hpp"
#include "tests/net/fixtures/http_client.hpp"
#include "tests/net/fixtures/http_handlers.hpp"
#include "tests/net/fixtures/tls_client.hpp"

namespace spillway::net {
namespace {

// Some times the piece in which it is written, and nowhere the same as elsewhere.
const std::string& page() {
  static const std::string text = [] {
    std::string made;
    for (int line = 0; made.size() < 1'000'000; ++line) made += std::to_string(line) + "\n";
    return made;
  }();
  return text;
}

class SilentClient : public HttpClient {
 public:
  using HttpClient::HttpClient;

  std::uint16_t port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
  }
};

// What the kernel holds at a server's end of a connection, in bytes (proc(5), /proc/net/tcp).
struct InKernel {
  std::size_t unsent = 0;
  std::size_t unread = 0;
};

InKernel in_kernel(std::uint16_t server, std::uint16_t client) {
  std::ifstream table("/proc/net/tcp");
  for (std::string line; std::getline(table, line);) {
    unsigned from = 0;
    unsigned to = 0;
    InKernel held;
    if (std::sscanf(line.c_str(), " %*d: %*x:%x %*x:%x %*x %zx:%zx", &from, &to, &held.unsent,
                    &held.unread) == 4 &&
        from == server && to == client)
      return held;
  }
  throw std::runtime_error("the connection is not in /proc/net/tcp");
}

// "/page" is constant; "/connections" says how many have been accepted.
class CrowdHandler : public EchoHandler {
 public:
  void on_request(const HttpRequest& request, Ticket ticket) override {
    if (request.path == "/page") return server->answer_constant(ticket, 200, "t/p", {}, page());
    if (request.path != "/connections") return EchoHandler::on_request(request, ticket);
    const std::string count = std::to_string(server->counts().connections_total);
    server->answer(ticket, 200, {}, {}, count);
  }
};

void read_pages_among_others(HttpClient& client) {
  client.send(get("/a") + get("/page") + "HEAD /page HTTP/1.1\r\nHost: a\r\n\r\n" + get("/page") +
              get("/b") + get("/page", "Connection: close\r\n"));
  EXPECT_EQ(client.read_reply().body, "GET /a ");
  EXPECT_EQ(client.read_reply().body, page());
  EXPECT_EQ(client.read_reply(true).header("Content-Length"), std::to_string(page().size()));
  EXPECT_EQ(client.read_reply().body, page());
  EXPECT_EQ(client.read_reply().body, "GET /b ");
  const HttpReply last = client.read_reply();
  EXPECT_EQ(last.header("Connection"), "close");
  EXPECT_EQ(last.body, page());
  EXPECT_TRUE(client.is_ended());
}

TEST(HttpCrowd, AConstantBodyComesWholeAndInItsTurn) {
  Running<CrowdHandler> running;
  HttpClient client(running.server.port());
  read_pages_among_others(client);
}

TEST(HttpCrowd, AConstantBodyComesWholeUnderTls) {
  const TestCa ca;
  HttpServerOptions options;
  const auto context = tls_server(ca.issue("127.0.0.1"));
  context->speak_http();
  options.tls = context;
  Running<CrowdHandler> running(options);
  TlsClient client(running.server.port(), ca);
  client.must_shake_hands();
  read_pages_among_others(client);
}

TEST(HttpCrowd, AConstantBodyIsNotHeldForThoseWhoHardlyRead) {
  HttpServerOptions options;
  constexpr std::size_t readers = 20;
  options.limits.unread_total_max = readers * (limits::http_constant_piece + 1'000);
  Running<CrowdHandler> running(options);
  std::vector<HttpClient> clients;
  for (std::size_t i = 0; i < readers; ++i)
    clients.emplace_back(running.server.port()).send(get("/page") + get("/page"));
  HttpClient another(running.server.port());
  EXPECT_TRUE(eventually([&] { return running.server.counts().requests_total >= readers; }));
  another.send(get("/a"));  // a turn after that of the last one's page
  EXPECT_EQ(another.read_reply().body, "GET /a ");
  for (HttpClient& client : clients) {
    EXPECT_EQ(client.read_reply().body, page());
    EXPECT_EQ(client.read_reply().body, page());
  }
  EXPECT_EQ(running.server.counts().rejected_total[static_cast<int>(HttpRejection::timed_out)], 0U);
}

TEST(HttpCrowd, TheKernelHoldsLittleForThoseWhoDoNotRead) {
  Running<CrowdHandler> running;
  SilentClient client(running.server.port());
  client.send(get("/page"));
  EXPECT_TRUE(eventually([&] { return running.server.counts().responses_total == 1; }));
  HttpClient another(running.server.port());
  another.send(get("/a"));  // a turn after that of the page
  EXPECT_EQ(another.read_reply().body, "GET /a ");
  // What is on its way to the client counts too, until that is acknowledged.
  constexpr std::size_t segment = 64 * 1024;  // the kernel looks when it begins one
  EXPECT_TRUE(eventually([&] {
    const std::size_t held = in_kernel(running.server.port(), client.port()).unsent;
    return held > 0 && held <= limits::http_kernel_unsent_max + segment;
  }));
  EXPECT_EQ(client.read_reply().body, page());
}

TEST(HttpCrowd, WhoIsInIsServedWhileACrowdComesIn) {
  Running<CrowdHandler> running;
  SilentClient in(running.server.port());
  in.send(get("/connections"));
  EXPECT_EQ(in.read_reply().body, "1");

  std::promise<void> crowd_is_there;
  running.server.post_to_loop(0, [&] { crowd_is_there.get_future().wait(); });
  std::vector<HttpClient> crowd;
  for (std::size_t i = 0; i < 8 * limits::http_accepts_a_turn; ++i)
    crowd.emplace_back(running.server.port());
  in.send(get("/connections"));
  EXPECT_TRUE(eventually([&] { return in_kernel(running.server.port(), in.port()).unread > 0; }));
  crowd_is_there.set_value();

  // It is answered in the first turn, or in the next when the loop was not told of it at once.
  EXPECT_LE(std::stoul(in.read_reply().body), 1 + 2 * limits::http_accepts_a_turn);
  for (HttpClient& client : crowd) {
    client.send(get("/a"));
    EXPECT_EQ(client.read_reply().body, "GET /a ");
  }
}

// The stop comes in the same turn as more of the crowd than a turn takes.
TEST(HttpCrowd, StopsWhileACrowdComesIn) {
  Running<CrowdHandler> running;
  std::future<void> stopped;  // waits for the server at its end, and so goes after the promise
  std::promise<void> crowd_is_there;
  running.server.post_to_loop(0, [&] { crowd_is_there.get_future().wait(); });
  std::vector<HttpClient> crowd;
  crowd.emplace_back(running.server.port());
  stopped = std::async(std::launch::async, [&] { running.server.stop(); });
  for (std::size_t i = 0; i < 2 * limits::http_accepts_a_turn; ++i)
    crowd.emplace_back(running.server.port());
  crowd_is_there.set_value();
  stopped.get();
  for (HttpClient& client : crowd) EXPECT_TRUE(client.is_ended());
  EXPECT_EQ(running.server.counts().connections_open, 0U);
}

}  // namespace
}  // namespace spillway::net
