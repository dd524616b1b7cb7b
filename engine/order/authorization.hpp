// The words between us and a relay centre about one authorization: the reference that names it
// and the answers it can have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/fixed_string.hpp"
#include "engine/base/ids.hpp"

namespace spillway {

// ISO 8583:1987 field 37, retrieval reference number: 12 characters. Unique for each attempt of
// each order, unchanged in its repeats and its reversal, whatever restarts in between.
using Reference = FixedString<12>;

// ISO 8583:1987 field 39 and field 38.
using ResponseCode = FixedString<2>;
using ApprovalCode = FixedString<6>;

// What a relay centre's answer means for the order (seed 000: "USABLE", "UNUSABLE", "EXCEEDS
// CEILING, APPROVAL IS NECESSARY"); `come_back_later` decides nothing and leads to a new attempt.
// `held_unlike`: the issuer holds something, but not what was asked, so it is reversed.
// `no_verdict`: it may have been done or not, as with silence. Values stand in records.
enum class Answer : std::uint8_t {
  none = 0,
  usable = 1,
  unusable = 2,
  exceeds_ceiling = 3,
  come_back_later = 4,
  held_unlike = 5,
  no_verdict = 6,
};
constexpr std::size_t answer_count = 7;

// What a code means in a record that holds no verdict: 00 usable; 01, 02 exceeds ceiling; 91, 96,
// 68 come back later; everything else unusable. Never to be changed. What an answer means that
// comes now is `judge`'s to say (dialect.hpp).
Answer answer_of(const ResponseCode& code);
std::string_view to_text(Answer answer);

// As shops are told of it: whatever is not taken is unusable to them. Nothing for an answer that
// decides nothing.
std::optional<std::string_view> told_answer(Answer answer);

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
