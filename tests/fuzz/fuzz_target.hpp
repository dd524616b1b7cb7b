// What each fuzz target has: one function that is given any bytes at all and stops the process when
// a property of its code does not hold for them. libFuzzer calls it, and so does driver.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace spillway::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Numbers that depend on the input alone, so that a finding is found again.
class Chance {
 public:
  explicit Chance(std::string_view input) {
    for (const char c : input) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  }
  // From 0 up to, but not including, `end`.
  std::size_t below(std::size_t end) {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    return static_cast<std::size_t>(state_ % end);
  }

 private:
  std::uint64_t state_ = 0xCBF29CE484222325;
};

}  // namespace spillway::fuzz
