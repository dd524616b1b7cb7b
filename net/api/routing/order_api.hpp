// The HTTP API of orders: from a request to the backend and from its answer back to the client.
// Its text is docs/openapi.json.
//
// Threads: requests are handled on the server's loops, each with a state of its own here; `answer`
// comes from any thread and is written on the ticket's loop.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/duration_histogram.hpp"
#include "engine/order/order_code.hpp"
#include "net/api/common/api_writer.hpp"
#include "net/api/common/control_api.hpp"
#include "net/api/common/order_backend.hpp"
#include "net/api/common/order_json.hpp"
#include "net/api/common/order_members.hpp"
#include "net/api/common/repeat_book.hpp"
#include "net/api/common/shop_directory.hpp"
#include "net/api/orders/event_feeds.hpp"
#include "net/api/routing/routes.hpp"
#include "net/server/http_server.hpp"

namespace spillway::net {

// Called on any loop, must not block.
struct ServiceProbes {
  std::function<ServiceState()> health;
  std::function<ServiceState()> readiness;
  std::function<std::string()> metrics;   // Prometheus text format
  std::function<std::string()> status{};  // JSON, for operators
};

struct OrderApiOptions {
  OrderCodes codes;
  std::shared_ptr<const ShopDirectory> shops;
  std::map<RelayId, std::string> relays;  // names as the API shows them
  ServiceProbes probes;
  std::function<Timestamp()> now;
  std::vector<CardCompany> companies{};   // whose cards can be authorized here; none named: all
  ApiKeys operators{};                    // who may ask for the status; their ShopId means nothing
  const OrderMembers* members = nullptr;  // outlives the API; nothing: members are the shops' own
  ControlBackend* control = nullptr;      // of the routes that lead to it; nothing: none of them
  std::span<const Route> routes = net::routes();
  // Whether an order, or another record, has or had this number; on any loop. Without it: all have.
  std::function<bool(RecordNumber)> was_given{};
  RepeatBook* repeats =
      nullptr;  // of what these routes are asked with a key; nothing: none is kept
  std::string receipt_keys = R"({"keys":[]})";  // the JWK Set of GET /v1/keys
  std::function<MonotonicTime()> monotonic = [] { return std::chrono::steady_clock::now(); };
  // Gets how long orders took from their reception until their 202 was written; outlives the API.
  DurationHistogram* acceptance = nullptr;
};

class OrderApi final : public HttpHandler, public ApiAnswers {
 public:
  // The backend outlives the API, and so do the feeds.
  OrderApi(OrderApiOptions options, OrderBackend& backend, EventFeeds& feeds);
  ~OrderApi() override;

  // Before the server starts. The server outlives the last call of `answer`.
  void attach(HttpServer& server);

  // From any thread. `taken` is called on one loop's thread when all of them go by `shops`.
  void set_shops(std::shared_ptr<const ShopDirectory> shops, std::function<void()> taken);

  void on_request(const HttpRequest& request, Ticket ticket) override;
  void on_turn_end(std::uint32_t loop) override;
  void on_feed_drained(Ticket feed) override { feeds_.on_feed_drained(feed); }
  void on_feed_closed(Ticket feed) override { feeds_.on_feed_closed(feed); }
  void answer(std::vector<ApiAnswer> batch) override;

  // What the server has answered. From any thread.
  std::vector<ApiAnswerCount> answer_counts() const;

 private:
  struct Loop;  // what a loop's thread has for itself
  struct Call;  // a request on its way through

  void route(const HttpRequest& request, Ticket ticket);
  void count_as(const Call& call, const Route* route);  // nothing: there is none
  void write(std::uint32_t loop, const std::vector<ApiAnswer>& batch);
  // Who asks, as the route wants it; false when the request has been answered.
  bool admit(Call& call);
  static bool take_key(Call& call, const ApiKeys& keys);
  static bool take_session(Call& call);
  void serve(const Call& call);
  void handle_order(Call& call);
  void search(const Call& call);
  void tell(const Call& call, std::optional<OrderNumber> order);
  void accept(Call& call);
  // Before anything of the order is read; false when it was refused.
  bool enters(const Call& call, const ShopDirectory::Entry* shop);
  // One with an idempotency key is refused only after the key was looked up: it may repeat an order
  // that was accepted, whatever the clock, the configuration and the limits say by now.
  void refuse(const Call& call, Refusal refusal);
  // What a repeat is known by, and how it is answered.
  static void name(const Call& call, OrderRequest& order);
  // Checks what the body alone does not say, and gives the order to the backend.
  void hand_over(const Call& call, OrderRequest& order, const ShopDirectory::Entry* shop,
                 CardExpiry this_month);
  static std::optional<Refusal> check_guest(const OrderRequest& order,
                                            const ShopDirectory::Entry* shop);
  // Puts what is known of the member into the order, whose views are into `member` then.
  std::optional<Refusal> take_member(OrderRequest& order, CardExpiry this_month,
                                     OrderMember& member) const;
  bool takes(CardCompany company) const;
  void list(const Call& call);
  void approve(const Call& call, OrderNumber order);
  // Its type and its coding; false when the request has been answered.
  bool check_content_type(const Call& call);
  void control(const Call& call);
  std::string client_of(const Call& call) const;
  // Whether a POST is one that came before, and has been answered so; or its key is none.
  bool answer_repeat(const Call& call, const ControlRequest& asked);
  bool take_body(const Call& call, ControlRequest& asked);

  OrderApiOptions options_;
  OrderBackend& backend_;
  EventFeeds& feeds_;
  OrderJson order_json_;
  HttpServer* server_ = nullptr;
  std::vector<std::unique_ptr<Loop>> loops_;
};

}  // namespace spillway::net
