// Text of bounded length that lives inside its owner: no allocation for codes of a few characters.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string_view>

#include "engine/base/invariants.hpp"

namespace spillway {

template <std::size_t capacity>
class FixedString {
  static_assert(capacity < 256);

 public:
  constexpr FixedString() = default;
  constexpr FixedString(std::string_view text) : size_(static_cast<std::uint8_t>(text.size())) {
    SPILLWAY_CHECK(text.size() <= capacity, "a text is longer than its field");
    for (std::size_t i = 0; i < text.size(); ++i) characters_[i] = text[i];
  }
  constexpr FixedString(const char* text) : FixedString(std::string_view(text)) {}

  constexpr std::string_view view() const { return {characters_.data(), size_}; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr std::size_t size() const { return size_; }

  friend constexpr bool operator==(const FixedString& a, const FixedString& b) {
    return a.view() == b.view();
  }
  friend constexpr auto operator<=>(const FixedString& a, const FixedString& b) {
    return a.view() <=> b.view();
  }

 private:
  std::array<char, capacity> characters_{};
  std::uint8_t size_ = 0;
};

}  // namespace spillway
