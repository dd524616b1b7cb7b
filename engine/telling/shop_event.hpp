// What a shop is told of its orders, as a stream of events or by webhook (the API calls them
// events; inside, an event is a record of the journal). A shop event is a change of an order's
// status, named by the journal record that made it: a restart or a rebuild of the views gives the
// same one again.
//
// `received` and `authorizing` are not told: the answer 202 told the one, and the other asks
// nothing of a shop.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/order/authorization.hpp"
#include "engine/order/order.hpp"
#include "engine/order/order_code.hpp"

namespace spillway {

struct ShopEvent {
  RecordNumber record;
  OrderNumber order;
  std::uint16_t version = 0;  // the order's n-th, from 1: the higher one is the newer one
  Status status{};
  Timestamp at;
  Answer answer = Answer::none;  // the last that decided anything, as it was then
  ApprovalCode approval_code;
  friend bool operator==(const ShopEvent&, const ShopEvent&) = default;
};

bool is_told(Status status);

// What the record that led from `before` to the order's state tells; nothing when it tells nothing.
std::optional<ShopEvent> told_by(std::optional<Status> before, const OrderState& state,
                                 RecordNumber record);

// The names of events as shops see them, "evt_3F7K9Q2MXW41": not guessable and in no order, so that
// a shop learns nothing of how much others sell.
class ShopEventIds {
 public:
  static constexpr std::size_t length = 16;

  // `key`: the order codes'. The names come from another permutation.
  explicit ShopEventIds(const OrderCodes::Key& key);

  std::string encode(RecordNumber record) const;
  std::optional<RecordNumber> decode(std::string_view text) const;

 private:
  OrderCodes codes_;
};

// "order.authorized": the type of the event that tells a status.
std::string event_type(Status status);
std::optional<Status> status_of_event_type(std::string_view type);

}  // namespace spillway
