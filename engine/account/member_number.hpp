// Membership numbers as members and shops see them: "M-3F7K-9Q2M-X". The member's id under a keyed
// permutation of 40 bits, in Crockford's base 32 (8 symbols), and a check symbol: short enough to
// be read out on the telephone, not guessable in sequence, and in need of no index.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/ids.hpp"

namespace spillway {

// Members from this one on, up to the next era's first, were registered after a restore: their ids
// may have been given out before. The mark, a part of their numbers, tells them from those.
struct MemberEra {
  static constexpr std::uint16_t mark_max = 32'767;
  MemberId first;
  std::uint16_t mark = 0;  // from 1; members before the first era have 0
  friend bool operator==(const MemberEra&, const MemberEra&) = default;
};

class MemberNumbers {
 public:
  static constexpr std::size_t length = 13;  // with its three hyphens
  using Key = std::array<std::uint64_t, 2>;

  // `eras`: in the order of their first members.
  explicit MemberNumbers(const Key& key, std::vector<MemberEra> eras = {})
      : key_(key), eras_(std::move(eras)) {}

  std::string encode(MemberId id) const;

  // Nothing unless the text is a number that `encode` gives. Reads small letters, and O as 0, I and
  // L as 1; the hyphens must be there.
  std::optional<MemberId> decode(std::string_view text) const;

  // Whether the text has the layout of a membership number. One without it is a number of the
  // shop's own, of which nothing is known here: "M-4821".
  static bool has_layout(std::string_view text);

 private:
  std::uint64_t marked(MemberId id) const;

  Key key_;
  std::vector<MemberEra> eras_;
};

}  // namespace spillway
