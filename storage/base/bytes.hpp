// Integers in big-endian bytes, whose order as bytes is their order as numbers.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstring>

namespace spillway::storage {

template <class Byte, std::unsigned_integral Integer>
void put_big_endian(Byte* out, Integer value) {
  if constexpr (sizeof(Integer) == 8) value = __builtin_bswap64(value);
  if constexpr (sizeof(Integer) == 4) value = __builtin_bswap32(value);
  if constexpr (sizeof(Integer) == 2) value = __builtin_bswap16(value);
  std::memcpy(out, &value, sizeof value);
}

template <std::unsigned_integral Integer, class Byte>
Integer get_big_endian(const Byte* in) {
  Integer value;
  std::memcpy(&value, in, sizeof value);
  if constexpr (sizeof(Integer) == 8) value = __builtin_bswap64(value);
  if constexpr (sizeof(Integer) == 4) value = __builtin_bswap32(value);
  if constexpr (sizeof(Integer) == 2) value = __builtin_bswap16(value);
  return value;
}

}  // namespace spillway::storage
