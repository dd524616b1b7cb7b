// Between the HTTP API and what runs behind it. The API checks and speaks JSON; the backend
// decides. Calls come on the loops' threads and must not block; each is answered once through
// ApiAnswers, from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/account/shop_gate.hpp"
#include "engine/card/card.hpp"
#include "engine/order/events.hpp"
#include "engine/order/order.hpp"
#include "net/api/common/order_members.hpp"
#include "net/http/ticket.hpp"
#include "net/text/refusal.hpp"

namespace spillway::net {

struct ItemView {
  std::string_view code;
  std::string_view name;
  std::int64_t quantity = 0;
  std::int64_t unit_price = 0;
};

// A checked order. The views point into the request and hold for the call only.
struct OrderRequest {
  ShopId shop;
  std::string_view reference;
  std::string_view member;
  std::string_view buyer_name;
  std::string_view buyer_email;
  std::vector<ItemView> items;
  Money amount;
  CardCompany company{};
  CardDetails card;
  bool has_card = false;                            // it came with the order
  const RegisteredCard* registered_card = nullptr;  // pays instead; company and card are empty
  Urgency urgency = Urgency::normal;
  std::optional<Timestamp> verdict_by{};
  std::string_view idempotency_key;  // empty: none
  // Where that was sent in quotes: with them. Keys were once kept as they were sent.
  std::string_view idempotency_key_as_sent{};
  std::string_view body;      // as it came
  bool receipt = false;       // the shop wants the answer signed
  ShopGate* place = nullptr;  // where it needs a place among its shop's open orders
};

struct OrderFilter {
  std::optional<Status> status;
  std::optional<std::string> reference;
  OrderNumber before;  // 0: from the newest
  std::size_t limit = 0;
};

// What an operator looks for, over all shops. What is not there matters not.
struct OrderSearch {
  std::optional<ShopId> shop{};
  std::optional<Status> status{};
  std::optional<std::string> reference{};  // the shop's
  std::optional<std::string> member{};
  std::optional<std::string> email{};  // of the buyer, as fold_mail_address makes it
  std::optional<Timestamp> from{};     // received at this time or later
  std::optional<Timestamp> to{};       // received before this time
  std::optional<std::int64_t> amount{};
  OrderNumber before{};  // 0: from the newest
  std::size_t limit = 0;
};

class OrderBackend {
 public:
  virtual ~OrderBackend() = default;
  virtual void accept(const OrderRequest& request, Ticket ticket) = 0;
  // Refuses an order that repeats none, whatever it says, when as many wait as may. True: it is
  // counted as refused, and to be answered with answers::Full.
  virtual bool turn_away() = 0;
  // An order was refused because its shop has as many open as it may.
  virtual void count_no_place() = 0;
  // A request that cannot be accepted as things are now, with an idempotency key. When it repeats
  // one that was accepted, it is answered as that one was; otherwise it is refused. Of the order
  // there are shop, keys, body and receipt alone: the rest may not have been read.
  virtual void refuse_unless_repeated(const OrderRequest& request, Refusal refusal,
                                      Ticket ticket) = 0;
  // A loop has handed over all that it had read.
  virtual void flush(std::uint32_t loop) = 0;
  virtual void inquire(ShopId shop, OrderNumber order, Ticket ticket) = 0;
  virtual void cancel(ShopId shop, OrderNumber order, Ticket ticket) = 0;
  virtual void approve(ShopId shop, OrderNumber order, bool approved,
                       const ApprovalCode& approval_code, Ticket ticket) = 0;
  virtual void list(ShopId shop, OrderFilter filter, Ticket ticket) = 0;
  // For operators: a page of orders of all shops, and all that is known of one.
  virtual void search(OrderSearch search, Ticket ticket) = 0;
  virtual void tell(OrderNumber order, Ticket ticket) = 0;
};

// An order as the API shows it.
struct OrderView {
  Received received;
  Timestamp received_at;
  OrderState state;
};

// All that is known of an order, for operators.
struct OrderStory {
  struct Happened {
    RecordNumber record;
    Timestamp at;
    Fact fact;
  };
  struct Told {  // one event, by one webhook
    std::string webhook;
    std::string event;
    Status status{};
    std::string state;  // "waiting", "delivered", "failing", "given_up"
    std::uint32_t tries = 0;
    std::optional<Timestamp> next_at{};
    std::string reason{};  // why the last try failed
  };
  OrderView order;
  std::vector<Happened> facts;
  bool all_facts = false;  // otherwise some between the first and the last were not looked for
  std::vector<Told> told;
};

namespace answers {
struct Accepted {
  OrderNumber order;
  Timestamp received_at;
  bool replayed = false;
  std::optional<std::uint32_t> expected_within_ms{};  // from the reception to the outcome
};                                                    // 202
// With a receipt (net/api/orders/receipt.hpp). Boxed, as an order is.
struct AcceptedWithReceipt {
  struct Content {
    Accepted accepted;
    std::string receipt;
  };
  std::shared_ptr<const Content> content;
};                    // 202
struct InFlight {};   // 409, the key's first request is not answered yet
struct OtherBody {};  // 422
struct Full {};       // 503, Retry-After
struct NoPlace {};    // 429, Retry-After: the shop has as many orders open as it may
struct NotFound {
  bool removed = false;  // the shop's own, closed so long ago that it is not kept any more
};                       // 404
struct Forbidden {
  Status status{};
};  // 409, with the status that forbids it
// Boxed, so that the answers that come by the ten thousand stay small.
struct Order {
  std::shared_ptr<OrderView> view;
};  // 200
struct Orders {
  std::vector<OrderView> orders;
  OrderNumber next_before;
};  // 200

// For operators: with shop and buyer.
struct FoundOrders {
  std::vector<OrderView> orders;
  OrderNumber next_before;
};  // 200
struct Story {
  std::shared_ptr<const OrderStory> story;
};  // 200

// Of the routes beside the orders.
struct DocumentContent {
  int status = 200;
  std::string json;                                            // empty with 204
  std::vector<std::pair<std::string, std::string>> headers{};  // "Location"
};
struct Document {
  std::shared_ptr<const DocumentContent> content;
};
struct RefusedContent {
  Refusal refusal;
  std::string name{};   // of the problem's type, see Problem; empty: as its status has it
  std::string title{};  // the same for all problems of that name
  std::vector<std::pair<std::string, std::string>> headers{};
};
struct Refused {
  std::shared_ptr<const RefusedContent> content;
};
}  // namespace answers

struct ApiAnswer {
  Ticket ticket;
  std::variant<answers::Accepted, answers::InFlight, answers::OtherBody, answers::Full,
               answers::NotFound, answers::Forbidden, answers::Order, answers::Orders,
               answers::Document, answers::Refused, answers::AcceptedWithReceipt, answers::NoPlace,
               answers::FoundOrders, answers::Story>
      answer;
};

inline ApiAnswer document(Ticket ticket, answers::DocumentContent content) {
  return {ticket,
          answers::Document{std::make_shared<const answers::DocumentContent>(std::move(content))}};
}
inline ApiAnswer refused(Ticket ticket, answers::RefusedContent content) {
  return {ticket,
          answers::Refused{std::make_shared<const answers::RefusedContent>(std::move(content))}};
}

class ApiAnswers {
 public:
  virtual ~ApiAnswers() = default;
  // From any thread. A ticket whose connection is gone is dropped.
  virtual void answer(std::vector<ApiAnswer> batch) = 0;
};

}  // namespace spillway::net
