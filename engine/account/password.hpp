// A password on its way from a request to its hash: of bounded length, inside its owner, wiped when
// that ends, and not to be printed.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/account/limits.hpp"
#include "engine/base/invariants.hpp"
#include "engine/card/card.hpp"

namespace spillway {

class Password {
 public:
  Password() = default;
  explicit Password(std::string_view text) : size_(static_cast<std::uint16_t>(text.size())) {
    SPILLWAY_CHECK(text.size() <= limits::password_bytes_max,
                   "a password is longer than it may be");
    text.copy(characters_.data(), text.size());
  }
  Password(const Password&) = default;
  Password& operator=(const Password&) = default;
  ~Password() { wipe(characters_.data(), characters_.size()); }

  std::string_view view() const { return {characters_.data(), size_}; }

 private:
  static_assert(limits::password_bytes_max <= UINT16_MAX);
  std::array<char, limits::password_bytes_max> characters_{};
  std::uint16_t size_ = 0;
};

}  // namespace spillway
