// The shops' end of the webhooks: an HTTP server on this machine to which every shop of a run has
// its outcomes sent. Each delivery's signature and time are checked as docs/webhooks.md tells shops
// to; what does not hold is answered 401 and counted as not believed.
//
// Threads: made and used on one; deliveries come on the server's loop.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "loadtest/audit/tellings.hpp"
#include "loadtest/load/api_client.hpp"
#include "net/server/http_server.hpp"

namespace spillway::loadtest {

class WebhookSink : private net::HttpHandler {
 public:
  // Listens on the loopback. The tellings outlive it.
  static Result<std::unique_ptr<WebhookSink>> start(Tellings& tellings);

  // Has every shop of a target told here. The error says what the target answered; one that calls
  // no loopback addresses refuses with 422.
  Result<void> register_shops(ApiClient& api, const std::vector<Shop>& shops);
  // Takes back what was registered, as far as the target still answers.
  void unregister(ApiClient& api);

  std::uint16_t port() const { return server_.port(); }

 private:
  struct Registered {
    std::string url;  // of the target
    std::string shop_key;
    std::string webhook;
    std::string secret;  // its bytes
  };

  explicit WebhookSink(Tellings& tellings);
  void on_request(const net::HttpRequest& request, net::Ticket ticket) override;
  void on_turn_end(std::uint32_t) override {}
  bool take(const net::HttpRequest& request);

  Tellings& tellings_;
  std::mutex mutex_;
  std::vector<Registered> registered_;  // by the number in the path; loop reads, owner writes
  net::HttpServer server_;
};

}  // namespace spillway::loadtest
