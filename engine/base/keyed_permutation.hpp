// A keyed permutation of numbers of `bits` bits: what counts up from one becomes what nobody
// without the key can guess or put in order, and back again, with no table in between.
//
// A Feistel network over two halves, each round changing one half by SipHash-2-4 of the other:
// keyed, and undone by the same rounds backwards. Six rounds; four already make a permutation that
// chosen numbers do not tell from a random one (Luby, Rackoff 1988).
#pragma once

#include <cstdint>

#include "engine/base/siphash.hpp"

namespace spillway {

template <int bits>
class KeyedPermutation {
  static_assert(bits >= 16 && bits <= 62);

 public:
  explicit KeyedPermutation(const SipHashKey& key) : key_(key) {}

  std::uint64_t apply(std::uint64_t number) const {
    Halves halves(number);
    for (int round = 0; round < rounds; ++round) halves.change(key_, round);
    return halves.joined();
  }

  std::uint64_t undo(std::uint64_t number) const {
    Halves halves(number);
    for (int round = rounds - 1; round >= 0; --round) halves.change(key_, round);
    return halves.joined();
  }

 private:
  static constexpr int rounds = 6;
  static constexpr int right_bits = bits / 2;
  static constexpr std::uint64_t right_mask = (1ULL << right_bits) - 1;
  static constexpr std::uint64_t left_mask = (1ULL << (bits - right_bits)) - 1;

  struct Halves {
    std::uint64_t left;
    std::uint64_t right;

    explicit Halves(std::uint64_t number)
        : left(number >> right_bits), right(number & right_mask) {}
    std::uint64_t joined() const { return left << right_bits | right; }

    void change(const SipHashKey& key, int round) {
      const auto tag = static_cast<std::uint64_t>(round) << 32;
      if (round % 2 == 0) {
        left ^= siphash24(key, tag | right) & left_mask;
      } else {
        right ^= siphash24(key, tag | left) & right_mask;
      }
    }
  };

  SipHashKey key_;
};

}  // namespace spillway
