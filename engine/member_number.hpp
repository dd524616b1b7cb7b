// Membership numbers as members and shops see them: "M-3F7K-9Q2M-X". The member's id under a keyed
// permutation of 40 bits, in Crockford's base 32 (8 symbols), and a check symbol: short enough to
// be read out on the telephone, not guessable in sequence, and in need of no index.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/ids.hpp"

namespace spillway {

class MemberNumbers {
 public:
  static constexpr std::size_t length = 13;  // with its three hyphens
  using Key = std::array<std::uint64_t, 2>;

  explicit MemberNumbers(const Key& key) : key_(key) {}

  std::string encode(MemberId id) const;

  // Nothing unless the text is a number that `encode` gives. Reads small letters, and O as 0, I and
  // L as 1; the hyphens must be there.
  std::optional<MemberId> decode(std::string_view text) const;

  // Whether the text has the layout of a membership number. One without it is a number of the
  // shop's own, of which nothing is known here: "M-4821".
  static bool has_layout(std::string_view text);

 private:
  Key key_;
};

}  // namespace spillway
