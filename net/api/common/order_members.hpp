// What accepting an order asks of the members: whether the number is a member's, and, when the
// order brings no card, for the one that is registered. Answered on the loop's thread, from memory.
//
// Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/account/member_number.hpp"
#include "engine/base/fixed_string.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "engine/card/card.hpp"
#include "engine/order/issuer.hpp"
#include "net/text/refusal.hpp"

namespace spillway::net {

// A registered card, sealed once more for the order that it pays.
struct RegisteredCard {
  SealedCard sealed;
  MaskedCard card;
  Issuer issuer{};
};

struct OrderMember {
  // Empty: a number of the shop's own, of which nothing is known here.
  FixedString<MemberNumbers::length> number;
  std::optional<RegisteredCard> card;  // when it was asked for, and the member is known
};

class OrderMembers {
 public:
  virtual ~OrderMembers() = default;

  // The error names the field. `this_month`: a card that expired before it does not pay.
  virtual Result<OrderMember, FieldError> find(ShopId shop, std::string_view number,
                                               bool wants_card, CardExpiry this_month) const = 0;
};

}  // namespace spillway::net
