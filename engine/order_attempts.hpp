// Where an attempt of an order stands: the one question that both the rules (which fact may follow)
// and the decisions (which fact follows) ask.
#pragma once

#include <cstdint>

#include "engine/order.hpp"

namespace spillway {

// Powers of two, so that a rule can name several.
enum class Place : std::uint8_t {
  next = 1,           // not sent yet; the one to be sent, and nothing stands in its way
  outstanding = 2,    // the last, sent, no answer yet
  in_doubt = 4,       // the last, to be settled by a repeat
  reversing = 8,      // the last, to be settled by a reversal
  authorized = 16,    // the last, an authorization stands at the issuer
  settled = 32,       // sent at some time, left no charge as far as anybody knows
  open_reversal = 64  // was settled, then approved after all, and is reversed once more
};

// 0 for an attempt that was never sent and is not the next.
std::uint8_t place_of(const OrderState& state, Attempt attempt);

inline bool stands(std::uint8_t place, Place at) {
  return place == static_cast<std::uint8_t>(at);
}

}  // namespace spillway
