// In what an answer of the sandbox relay centre is unlike a plain one, by its card or by chance.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace spillway::sandbox {

enum class Oddity : std::uint8_t {
  none = 0,
  // Of what the issuer decides on a request that it would approve.
  partial,         // 10, for half of the amount
  other_amount,    // 00, for half of the amount
  other_currency,  // 00, in another currency
  honour,          // 08, honour with identification
  vip,             // 11, approved (VIP)
  // Of what the answer says of it.
  too_late,   // 68
  duplicate,  // 94, to repeats
  no_code,    // no field 39
  // Of things that say nothing about it.
  extra_fields,   // the fields 15, 44, 54 and 60 to 63 come along
  one_bitmap,     // bit 1 is clear
  empty_frames,   // frames of no bytes before it
  advice,         // a 0620 before it
  key_change,     // a 0800/161 before it
  no_stan,        // no field 11
  approval_text,  // field 38 in lower case, with a space
  masked_card,    // field 2 comes along, masked
  // What cannot be used.
  foreign_reference,  // another field 37
  unreadable,         // a whole frame whose message ends too soon
};
constexpr std::size_t oddities = 19;

// As `--fault` has them; "" for none.
constexpr std::array<std::string_view, oddities> oddity_names{
    "",        "partial",       "amount", "currency",   "08",         "11",     "68",
    "94",      "no_code",       "extra",  "one_bitmap", "empty",      "advice", "key_change",
    "no_stan", "approval_text", "masked", "foreign",    "unreadable",
};

}  // namespace spillway::sandbox
