// The words between us and a relay centre about one authorization: the reference that names it
// and the answers it can have.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/fixed_string.hpp"
#include "engine/ids.hpp"

namespace spillway {

// ISO 8583:1987 field 37, retrieval reference number: 12 characters. Unique for each attempt of
// each order, unchanged in its repeats and its reversal, whatever restarts in between.
using Reference = FixedString<12>;

// ISO 8583:1987 field 39 and field 38.
using ResponseCode = FixedString<2>;
using ApprovalCode = FixedString<6>;

// What a relay centre's answer means for the order (seed 000: "USABLE", "UNUSABLE", "EXCEEDS
// CEILING, APPROVAL IS NECESSARY"); `come_back_later` decides nothing and leads to a new attempt.
enum class Answer : std::uint8_t {
  none = 0,
  usable = 1,
  unusable = 2,
  exceeds_ceiling = 3,
  come_back_later = 4,
};

// 00 usable; 01, 02 exceeds ceiling; 91, 96, 68 come back later; everything else unusable.
Answer answer_of(const ResponseCode& code);
std::string_view to_text(Answer answer);

// The reference of an order's attempt: one system letter, eight base-32 symbols of the order's
// number, three of the attempt. `system` (0..31) keeps first systems that share a relay centre
// apart.
Reference make_reference(std::uint8_t system, OrderNumber order, Attempt attempt);

// What a reference of ours says, so that an answer finds its order without any table, however late
// it comes. Nothing for a text that `make_reference` does not give.
struct ReferenceParts {
  std::uint8_t system = 0;
  OrderNumber order;
  Attempt attempt;
};
std::optional<ReferenceParts> parse_reference(const Reference& reference);

// ISO 8583:1987 field 11, system trace audit number: 6 digits, never 000000. It repeats after
// 999,999 requests, which is why field 37 is what names an authorization.
std::uint32_t make_stan(OrderNumber order, Attempt attempt);

}  // namespace spillway
