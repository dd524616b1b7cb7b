// A shop event as shops get it, the same by stream and by webhook:
//   {"id":"evt_…","type":"order.authorized","created_at":"…","version":1,"order":"3F7K-9Q2M-XW41",
//    "reference":"A-10023","status":"authorized","amount":3150,"currency":"JPY",
//    "authorization":{"answer":"usable","approval_code":"A12345"},
//    "card":{"company":"VISA","last_four":"4242"}}
// It is made from facts that do not change, so that one event is always the same text.
#pragma once

#include <string>

#include "engine/order/events.hpp"
#include "engine/order/order_code.hpp"
#include "engine/telling/shop_event.hpp"

namespace spillway::net {

// For any thread.
class EventJson {
 public:
  EventJson(const OrderCodes& codes, const ShopEventIds& ids) : codes_(codes), ids_(ids) {}

  // `received`: the record of the order's reception.
  void append(std::string& out, const ShopEvent& event, const Received& received) const;

  // The same as a server-sent event (HTML standard, 9.2.6), whose id is where a client goes on.
  void append_to_stream(std::string& out, const ShopEvent& event, const Received& received) const;

  const ShopEventIds& ids() const { return ids_; }

 private:
  OrderCodes codes_;
  ShopEventIds ids_;
};

}  // namespace spillway::net
