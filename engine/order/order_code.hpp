// Order codes as shops and buyers see them: "3F7K-9Q2M-XW41". The order's number under a keyed
// permutation of 55 bits, in Crockford's base 32 (11 symbols), and a check symbol: short, not
// guessable in sequence, and in need of no index.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.hpp"

namespace spillway {

class OrderCodes {
 public:
  static constexpr std::size_t length = 14;  // with its two hyphens
  using Key = std::array<std::uint64_t, 2>;

  explicit OrderCodes(const Key& key) : key_(key) {}

  std::string encode(OrderNumber number) const;
  void encode_to(OrderNumber number, char* out) const;  // writes `length` characters

  // Nothing unless the text is a code that `encode` gives. Reads small letters, and O as 0, I and
  // L as 1, with or without hyphens, as Crockford's base 32 asks.
  std::optional<OrderNumber> decode(std::string_view text) const;

 private:
  Key key_;
};

}  // namespace spillway
