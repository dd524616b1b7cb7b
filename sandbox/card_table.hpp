// How the sandbox relay centre answers for each card: the product's published table of test cards.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/order/authorization.hpp"
#include "sandbox/oddity.hpp"

namespace spillway::sandbox {

// What a card does to its answer, beside what the answer says. "An order's first attempt" is the
// first reference (field 37) of an order; a repeat is no new attempt.
enum class CardBehaviour : std::uint8_t {
  plain,
  silent,             // no answer to any request but a reversal
  late,               // the first answer of a reference comes after the time-out
  twice,              // each answer comes twice
  garbage_first,      // instead of the answer to an order's first attempt: garbage, then the line
                      // drops; a repeat of it is answered
  inoperative_first,  // an order's first attempt is answered 91
  silent_first,       // no answer to a reference's first request
};

struct SandboxCard {
  std::string_view number;
  CardBehaviour behaviour{};
  std::string_view code;  // field 39
  Oddity oddity{};        // of the first answer of a reference, or of what is decided with it
};

// A card that is not in the table is usable; what is no card number gets 14.
SandboxCard sandbox_card(std::string_view number);

// "VISA", by the first digits (ISO/IEC 7812 issuer identification); "OTHER" for none we know.
std::string_view company_of(std::string_view number);

}  // namespace spillway::sandbox
