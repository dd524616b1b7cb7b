// The part of MessagePack (github.com/msgpack/msgpack, spec.md) that records use: arrays, integers
// and texts, each in its shortest form, so that a value has one encoding only. Reader and writer
// allocate nothing; decoding a record this way costs a third of building a tree of objects first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "engine/base/time.hpp"

namespace spillway::storage {

// Writes into memory that the caller has made large enough by the sums of these bounds.
class PackWriter {
 public:
  static constexpr std::size_t number_max = 9;
  static constexpr std::size_t array_max = 5;
  static constexpr std::size_t text_max(std::size_t size) { return 5 + size; }

  explicit PackWriter(char* out) : out_(out) {}

  void array(std::size_t count);
  void number(std::uint64_t value);
  void signed_number(std::int64_t value);
  void text(std::string_view value);
  void time(Timestamp at) { signed_number(at.time_since_epoch().count()); }  // microseconds

  char* end() const { return out_; }

 private:
  void lead(unsigned byte) { *out_++ = static_cast<char>(byte); }
  void big_endian(std::uint64_t value, int bytes);

  char* out_;
};

// Reads from bytes nobody vouches for. After the first thing that is not as asked, `failed` stays
// true and every further read gives zero or an empty text, so that a decoder reads straight through
// and asks once at the end. Texts point into the bytes.
class PackReader {
 public:
  explicit PackReader(std::string_view bytes) : rest_(bytes) {}

  std::size_t array();
  void array_of(std::size_t count);  // fails unless the array has just as many elements
  std::uint64_t number(std::uint64_t max = std::numeric_limits<std::uint64_t>::max());
  std::int64_t signed_number();
  std::string_view text(std::size_t max = std::numeric_limits<std::size_t>::max());
  template <class Narrow>  // an unsigned type; fails for what it does not hold
  Narrow narrow() {
    return static_cast<Narrow>(number(std::numeric_limits<Narrow>::max()));
  }
  Timestamp time() { return Timestamp(Duration(signed_number())); }

  void fail() {
    failed_ = true;
    rest_ = {};
  }
  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }

 private:
  unsigned lead();
  std::uint64_t big_endian(std::size_t bytes, std::uint64_t at_least);

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace spillway::storage
