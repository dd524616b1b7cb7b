// The body of POST /v1/orders: JSON in, a checked order out, or all that is wrong with it.
//
// Fields that are not known are passed over, so that a shop may send more than we read; but a
// card's security code is refused wherever it stands, under all its usual names: we never take it.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/result.hpp"
#include "net/api/common/order_backend.hpp"
#include "net/text/field_reader.hpp"
#include "net/text/json_reader.hpp"

namespace spillway::net {

// One loop's reader; keeps its memory from order to order. Not thread-safe.
class OrderRequestReader {
 public:
  // The order, without its shop, Idempotency-Key and `body`, which are not the body's to say. It
  // and its views hold until the next call. A card that expired before `this_month` is refused.
  //
  // 400: not UTF-8, not JSON, doubled fields, too deep, not an object. 422: `errors` names every
  // bad field.
  Result<OrderRequest*, Refusal> read(std::string_view body, CardExpiry this_month);

  // Overwrites the card number and the copy of the body it was read from.
  void wipe();

 private:
  bool read_order(CardExpiry this_month);
  bool read_buyer();
  bool read_items();
  bool read_item(std::size_t index);
  bool read_currency();
  bool read_card(CardExpiry this_month);
  bool read_urgency();
  bool read_verdict_by();
  bool skip_unknown(const Place& place, std::string_view name);
  void check_as_a_whole(std::uint32_t seen);
  void check_sum(std::int64_t amount);

  JsonReader json_;
  FieldReader fields_{json_};
  OrderRequest order_;
  bool items_are_good_ = false;
};

}  // namespace spillway::net
