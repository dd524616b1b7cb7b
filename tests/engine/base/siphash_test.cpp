#include "engine/base/siphash.hpp"

#include <string>

#include <gtest/gtest.h>

namespace spillway {
namespace {

// The key 00 01 … 0f of the reference implementation's vectors.
constexpr SipHashKey key = {0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL};

TEST(SipHash, GivesThePublishedVectors) {
  // Of the messages "", 00, 00 01, 00 01 02, …: the hashes' bytes, the lowest first.
  const char* vectors[] = {
      "310e0edd47db6f72", "fd67dc93c539f874", "5a4fa9d909806c0d", "2d7efbd796666785",
      "b7877127e09427cf", "8da699cd64557618", "cee3fe586e46c9cb", "37d1018bf50002ab",
      "6224939a79f5f593", "b0e4a90bdf82009e", "f3b9dd94c5bb5d7a", "a7ad6b22462fb3f4",
      "fbe50e86bc8f1e75", "903d84c02756ea14", "eef27a8e90ca23f7", "e545be4961ca29a1",
  };
  std::string message;
  for (const char* expected : vectors) {
    std::string hex;
    std::uint64_t hash = siphash24(key, message);
    for (int byte = 0; byte < 8; ++byte, hash >>= 8) {
      hex += "0123456789abcdef"[hash >> 4 & 15];
      hex += "0123456789abcdef"[hash & 15];
    }
    EXPECT_EQ(hex, expected) << message.size() << " bytes";
    message.push_back(static_cast<char>(message.size()));
  }
}

TEST(SipHash, HashesANumberAsItsEightBytes) {
  EXPECT_EQ(siphash24(key, std::uint64_t{0x0706050403020100ULL}), 0x93f5f5799a932462ULL);
}

TEST(SipHash, DependsOnEveryBitOfItsKey) {
  for (int bit = 0; bit < 128; ++bit) {
    SipHashKey other = key;
    other[static_cast<std::size_t>(bit / 64)] ^= 1ULL << (bit % 64);
    EXPECT_NE(siphash24(other, "order"), siphash24(key, "order")) << bit;
  }
}

}  // namespace
}  // namespace spillway
