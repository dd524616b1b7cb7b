#include "engine/base/money.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace spillway {
namespace {

TEST(Currency, IsKnownByItsCode) {
  struct Case {
    const char* code;
    int numeric;
    int decimals;
  };
  for (const Case& c : {Case{"JPY", 392, 0}, Case{"USD", 840, 2}, Case{"EUR", 978, 2},
                        Case{"KWD", 414, 3}, Case{"KRW", 410, 0}, Case{"ALL", 8, 2}}) {
    const auto currency = Currency::from_code(c.code);
    ASSERT_TRUE(currency) << c.code;
    EXPECT_EQ(currency->numeric, c.numeric);
    EXPECT_EQ(currency->code(), c.code);
    EXPECT_EQ(currency->decimals(), c.decimals) << c.code;
  }
}

TEST(Currency, IsNotTakenFromAnyOtherText) {
  for (const char* code : {"", "jpy", "JP", "JPYY", "XXX", "XAU", "392", "ZZZ", "AAA"}) {
    EXPECT_FALSE(Currency::from_code(code)) << code;
  }
  EXPECT_EQ(Currency{}.code(), "XXX");
}

TEST(Money, IsWrittenForPeople) {
  struct Case {
    std::int64_t minor_units;
    const char* currency;
    const char* text;
  };
  const Case cases[] = {
      {3150, "JPY", "JPY 3,150"},
      {0, "JPY", "JPY 0"},
      {999, "JPY", "JPY 999"},
      {1'000'000, "JPY", "JPY 1,000,000"},
      {7350, "USD", "USD 73.50"},
      {5, "USD", "USD 0.05"},
      {100'000, "USD", "USD 1,000.00"},
      {1, "KWD", "KWD 0.001"},
      {-7350, "USD", "USD -73.50"},
      {std::numeric_limits<std::int64_t>::min(), "JPY", "JPY -9,223,372,036,854,775,808"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(to_text(Money{c.minor_units, *Currency::from_code(c.currency)}), c.text);
  }
}

TEST(Money, IsNeverComputedBeyond64Bits) {
  constexpr auto largest = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(add_checked(largest - 1, 1), largest);
  EXPECT_EQ(add_checked(largest, 1), std::nullopt);
  EXPECT_EQ(add_checked(-largest, -2), std::nullopt);
  EXPECT_EQ(multiply_checked(3'037'000'499, 3'037'000'499), 9'223'372'030'926'249'001);
  EXPECT_EQ(multiply_checked(3'037'000'500, 3'037'000'500), std::nullopt);
  EXPECT_EQ(multiply_checked(largest, -2), std::nullopt);
}

}  // namespace
}  // namespace spillway
