// What the sandbox relay centre decides about one request: by its card table, its rate limit and
// what it knows about the reference.
//
// Not thread-safe.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "engine/base/token_bucket.hpp"
#include "net/relay/iso8583.hpp"
#include "sandbox/authorization_book.hpp"
#include "sandbox/card_table.hpp"
#include "sandbox/dice.hpp"
#include "sandbox/relay_centre_options.hpp"

namespace spillway::sandbox {

struct Decision {
  Ruling ruling;
  CardBehaviour behaviour = CardBehaviour::plain;  // what is to happen to this answer
  Oddity oddity{};                                 // and what is odd about it
};

class Authorizer {
 public:
  Authorizer(const RelayCentreOptions& options, MonotonicTime now);

  // A 0100 or 0101. `busy`: the relay centre has no room; answered 96 like what is above its rate.
  // That is a decision too: a repeat of the request gets it again. `chance`: the oddity that the
  // dice gave; it goes before the card's.
  Decision authorize(const net::iso8583::Message& request, MonotonicTime now, bool busy,
                     Oddity chance);

  // A 0400 or 0401. Never refused for the rate.
  Decision reverse(const net::iso8583::Message& request, Oddity chance);

  AuthorizationBook& book() { return book_; }
  Dice& dice() { return dice_; }

 private:
  bool first_attempt(const Reference& reference, const net::iso8583::Message& request);
  ApprovalCode draw_approval_code();

  AuthorizationBook book_;
  Dice dice_;
  std::optional<TokenBucket> rate_;
  std::set<std::string> tried_;  // of references that are not an engine's
};

}  // namespace spillway::sandbox
