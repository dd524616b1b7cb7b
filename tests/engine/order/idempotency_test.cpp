#include "engine/order/idempotency.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>
#include <malloc.h>

#include "engine/base/siphash.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using Finding = IdempotencyTable::Finding;

constexpr Timestamp noon{std::chrono::hours(500'000)};

IdempotencyMark mark(std::uint64_t key, std::uint64_t body = 1) {
  constexpr SipHashKey first = {1, 2};
  constexpr SipHashKey second = {3, 4};
  return {{siphash24(first, key), siphash24(second, key)}, body};
}

TEST(IdempotencyTable, LeadsAKeyThroughItsLife) {
  IdempotencyTable table;
  EXPECT_EQ(table.reserve(mark(1), noon).finding, Finding::fresh);
  EXPECT_EQ(table.reserve(mark(1), noon).finding, Finding::in_flight);
  EXPECT_EQ(table.reserve(mark(1, 2), noon).finding, Finding::other_body);
  table.confirm(mark(1), OrderNumber{77}, noon);
  const auto again = table.reserve(mark(1), noon);
  EXPECT_EQ(again.finding, Finding::replayed);
  EXPECT_EQ(again.order, OrderNumber{77});
  EXPECT_EQ(table.reserve(mark(1, 2), noon).finding, Finding::other_body);
  EXPECT_EQ(table.size(), 1U);
}

TEST(IdempotencyTable, ForgetsAReleasedKeyButNotAConfirmedOne) {
  IdempotencyTable table;
  table.reserve(mark(1), noon);
  table.release(mark(1));
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.reserve(mark(1, 2), noon).finding, Finding::fresh);
  table.confirm(mark(1, 2), OrderNumber{5}, noon);
  table.release(mark(1, 2));
  EXPECT_EQ(table.reserve(mark(1, 2), noon).finding, Finding::replayed);
}

TEST(IdempotencyTable, TakesKeysThatRecoveryHasRead) {
  IdempotencyTable table;
  table.confirm(mark(1), OrderNumber{5}, noon);
  EXPECT_EQ(table.size(), 1U);
  EXPECT_EQ(table.reserve(mark(1), noon).order, OrderNumber{5});
}

TEST(IdempotencyTable, ForgetsOldKeysTableByTable) {
  IdempotencyTable table;
  constexpr std::uint64_t keys = 10'000;
  for (std::uint64_t key = 1; key <= keys; ++key) {
    table.confirm(mark(key), OrderNumber{key}, noon + std::chrono::seconds(key));
  }
  table.reserve(mark(keys + 1), noon);  // older than all, but in flight
  const Timestamp before = noon + std::chrono::seconds(keys / 2);
  for (int i = 0; i < 255; ++i) table.expire_some(before);
  EXPECT_GT(table.size(), keys / 2 + 2) << "one table is left";
  table.expire_some(before);
  EXPECT_EQ(table.size(), keys / 2 + 2);
  for (std::uint64_t key = 1; key <= keys; ++key) {
    const bool kept = key >= keys / 2;
    ASSERT_EQ(table.reserve(mark(key), noon).finding, kept ? Finding::replayed : Finding::fresh);
  }
  EXPECT_EQ(table.reserve(mark(keys + 1), noon).finding, Finding::in_flight);
}

// Keys that share a table and crowd at the end of it, so that they wrap around, beside a map.
TEST(IdempotencyTable, AgreesWithAMap) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::mt19937_64 random(seed);
    IdempotencyTable table;
    std::map<std::uint64_t, std::uint64_t> map;  // key → order, 0 in flight
    const auto crowded = [&](std::uint64_t key) {
      return IdempotencyMark{{~0ULL - (key % 16 << 58) - key, 7}, 1};
    };
    for (std::uint64_t step = 1; step <= 20'000; ++step) {
      const std::uint64_t key = random() % (seed * 20);
      const auto known = map.find(key);
      switch (random() % 4) {
        case 0:
          table.confirm(crowded(key), OrderNumber{step}, noon);
          map[key] = step;
          break;
        case 1:
          table.release(crowded(key));
          if (known != map.end() && known->second == 0) map.erase(known);
          break;
        default: {
          const auto found = table.reserve(crowded(key), noon);
          if (known == map.end()) {
            ASSERT_EQ(found.finding, Finding::fresh);
            map[key] = 0;
          } else {
            ASSERT_EQ(found.finding, known->second == 0 ? Finding::in_flight : Finding::replayed);
            ASSERT_EQ(found.order.value, known->second);
          }
        }
      }
      if (random() % 4'000 == 0) {
        for (int i = 0; i < 256; ++i) table.expire_some(noon + 1s);
        std::erase_if(map, [](const auto& entry) { return entry.second != 0; });
      }
      ASSERT_EQ(table.size(), map.size());
    }
  }
}

#ifndef SPILLWAY_SANITIZED  // whose allocators count differently
TEST(IdempotencyTable, TakesAtMost80BytesAKey) {
  constexpr std::uint64_t keys = 1'000'000;
  const auto in_use = [] {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
  };
  const std::size_t before = in_use();
  IdempotencyTable table;
  for (std::uint64_t key = 1; key <= keys; ++key) table.reserve(mark(key), noon);
  const double bytes = static_cast<double>(in_use() - before) / static_cast<double>(keys);
  RecordProperty("bytes_per_key", std::to_string(bytes));
  EXPECT_LE(bytes, 80);
  EXPECT_GE(bytes, 40);
}
#endif

}  // namespace
}  // namespace spillway
