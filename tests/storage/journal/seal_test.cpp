#include "storage/journal/seal.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace spillway::storage {
namespace {

SecretKey key_of(unsigned char first) {
  SecretKey key;
  for (std::size_t i = 0; i < key.bytes.size(); ++i)
    key.bytes[i] = static_cast<unsigned char>(first + i);
  return key;
}

std::vector<SealAlgorithm> algorithms_here() {
  if (RecordSeal::fastest_here() == SealAlgorithm::aes256_gcm)
    return {SealAlgorithm::aes256_gcm, SealAlgorithm::chacha20_poly1305};
  return {SealAlgorithm::chacha20_poly1305};
}

std::string sealed_by(const RecordSeal& seal, RecordNumber number, const std::string& body) {
  std::string out(body.size() + RecordSeal::overhead, '\0');
  seal.seal(number, {{77}, Timestamp(Duration(-5)), 3, body}, out.data());
  return out;
}

TEST(RecordSeal, OpensWhatItSealedWithEitherAlgorithm) {
  for (const SealAlgorithm algorithm : algorithms_here()) {
    const RecordSeal seal(key_of(1), algorithm);
    for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 250U, 100'000U}) {
      std::string body(size, '\0');
      for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>(i * 7);
      const std::string stored = sealed_by(seal, {9}, body);
      std::string buffer;
      const RecordSeal reader(key_of(1));  // a later process, with another salt
      const auto content = reader.open({9}, stored, buffer);
      ASSERT_TRUE(content) << content.error().message;
      EXPECT_EQ(content->order.value, 77U);
      EXPECT_EQ(content->at, Timestamp(Duration(-5)));
      EXPECT_EQ(content->kind, 3);
      EXPECT_EQ(content->body, body);
    }
  }
}

TEST(RecordSeal, RefusesEveryFlippedBit) {
  for (const SealAlgorithm algorithm : algorithms_here()) {
    const RecordSeal seal(key_of(1), algorithm);
    const std::string stored = sealed_by(seal, {9}, "a body");
    std::string buffer;
    for (std::size_t bit = 0; bit < stored.size() * 8; ++bit) {
      std::string flipped = stored;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      EXPECT_FALSE(seal.open({9}, flipped, buffer)) << "bit " << bit;
    }
    for (std::size_t size = 0; size < stored.size(); ++size)
      EXPECT_FALSE(seal.open({9}, std::string_view(stored).substr(0, size), buffer));
  }
}

TEST(RecordSeal, RefusesARecordUnderAnotherNumberOrKey) {
  const RecordSeal seal(key_of(1));
  const std::string stored = sealed_by(seal, {9}, "a body");
  std::string buffer;
  EXPECT_TRUE(seal.open({9}, stored, buffer));
  const auto moved = seal.open({10}, stored, buffer);
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().message, "record 10 is damaged, or sealed with another master key");
  EXPECT_FALSE(RecordSeal(key_of(2)).open({9}, stored, buffer));
}

TEST(RecordSeal, NeverSealsTwiceAlikeAcrossStarts) {
  std::set<std::string> seen;
  for (int start = 0; start < 50; ++start)
    EXPECT_TRUE(seen.insert(sealed_by(RecordSeal(key_of(1)), {9}, "a body")).second);
}

// Written by version 1; the second with the algorithm that every machine has.
TEST(RecordSeal, ReadsWhatVersion1Sealed) {
  const RecordSeal seal(key_of(1));
  const struct {
    SealAlgorithm algorithm;
    const char* hex;
  } cases[] = {
      {SealAlgorithm::aes256_gcm,
       "01016018c0fbeb30c870b6f92b7ccb600f602017e801f20990a18c0cd9894a80226bf164478779d10a0158f7c"
       "9"},
      {SealAlgorithm::chacha20_poly1305,
       "01025dd3ef1c6ed3d57095b955f06809dd54e53cf1544292007b47ef6ef63bf6541c0d29e6f8ba4b78d3be775"
       "1"},
  };
  for (const auto& one : cases) {
    const auto here = algorithms_here();
    if (std::find(here.begin(), here.end(), one.algorithm) == here.end()) continue;
    std::string stored(std::char_traits<char>::length(one.hex) / 2, '\0');
    std::size_t size = 0;
    ASSERT_EQ(sodium_hex2bin(reinterpret_cast<unsigned char*>(stored.data()), stored.size(),
                             one.hex, 2 * stored.size(), nullptr, &size, nullptr),
              0);
    std::string buffer;
    const auto content = seal.open({9}, stored, buffer);
    ASSERT_TRUE(content) << content.error().message;
    EXPECT_EQ(content->order.value, 77U);
    EXPECT_EQ(content->kind, 3);
    EXPECT_EQ(content->body, "a body");
  }
}

}  // namespace
}  // namespace spillway::storage
