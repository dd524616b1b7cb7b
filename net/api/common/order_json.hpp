// The JSON of the API's answers about orders.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/order/order_code.hpp"
#include "net/api/common/order_backend.hpp"

namespace spillway::net {

// A text in quotes (RFC 8259 section 7). `text` is UTF-8.
void append_json_text(std::string& out, std::string_view text);

// "2026-11-21T09:05:07.000123Z" (RFC 3339), without quotes: 27 characters up to the year 9999.
constexpr std::size_t timestamp_length = 27;
void append_timestamp(std::string& out, Timestamp time);

// Bodies, for any thread.
class OrderJson {
 public:
  // `relays`: the relay centres' names as the API shows them.
  OrderJson(const OrderCodes& codes, std::map<RelayId, std::string> relays);

  void append_order(std::string& out, const OrderView& view) const;
  void append_orders(std::string& out, const answers::Orders& orders) const;

  // For operators (order_story_json.cpp).
  void append_found(std::string& out, const answers::FoundOrders& orders) const;
  void append_story(std::string& out, const OrderStory& story) const;

 private:
  // An order as operators see it, without the closing brace.
  void append_open(std::string& out, const OrderView& view) const;
  void append_authorization(std::string& out, const OrderView& view) const;

  OrderCodes codes_;
  std::map<RelayId, std::string> relays_;
};

// The whole HTTP answer to an accepted order: 202 as in the contract. It is the answer that is made
// most often, so only its order code, its time and its Date are written anew: 0.2 µs, of which
// the order code takes three quarters. One loop's; not thread-safe.
class AcceptedAnswer {
 public:
  explicit AcceptedAnswer(const OrderCodes& codes);

  // As HttpServer::answer_raw takes it; holds until the next call.
  std::string_view bytes(const answers::Accepted& accepted);

  // What of it is this order's: the Location field's value and the body. Holds as long.
  struct Parts {
    std::string_view location;
    std::string_view body;
  };
  Parts parts(const answers::Accepted& accepted);

 private:
  struct Form {
    std::string bytes;
    std::size_t location = 0;  // of the order code in the Location field
    std::size_t date = 0;
    std::size_t order = 0;
    std::size_t received_at = 0;
    std::size_t expected_at = 0;
  };
  static Form make_form(bool replayed, bool expected);
  Form& form_of(const answers::Accepted& accepted);

  OrderCodes codes_;
  std::array<Form, 4> forms_;  // replayed or not, with an expected outcome or not
};

}  // namespace spillway::net
