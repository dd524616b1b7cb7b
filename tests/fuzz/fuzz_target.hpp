// What each fuzz target has: one function that is given any bytes at all and stops the process when
// a property of its code does not hold for them. libFuzzer calls it, and so does driver.cpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/invariants.hpp"

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

// That `read` makes the same text of a stream whatever pieces it comes in. `read` is given the
// stream and a function that says how many of the bytes that are left come next.
template <class Read>
void check_in_pieces(std::string_view stream, Read read) {
  Chance chance(stream);
  const std::string whole = read(stream, [](std::size_t left) { return left; });
  const std::string in_pieces =
      read(stream, [&](std::size_t left) { return 1 + chance.below(std::min(left, 64UL)); });
  SPILLWAY_CHECK(in_pieces == whole, "a stream in pieces is read otherwise");
  const std::string byte_by_byte = read(stream, [](std::size_t) { return std::size_t{1}; });
  SPILLWAY_CHECK(byte_by_byte == whole, "a stream byte by byte is read otherwise");
}

}  // namespace spillway::fuzz
