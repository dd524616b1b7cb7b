#include "engine/order/order_code.hpp"

#include <bit>
#include <cctype>
#include <set>

#include <gtest/gtest.h>

#include "engine/base/base32.hpp"
#include "engine/base/limits.hpp"

namespace spillway {
namespace {

const OrderCodes codes({0x0123456789abcdefULL, 0xfedcba9876543210ULL});

std::string without_hyphens(std::string text) {
  std::erase(text, '-');
  return text;
}

TEST(OrderCodes, AreReadBackAsTheNumberTheyWereMadeFrom) {
  std::set<std::string> seen;
  const auto check = [&](std::uint64_t number) {
    const std::string code = codes.encode(OrderNumber{number});
    ASSERT_EQ(codes.decode(code), OrderNumber{number}) << code;
    EXPECT_TRUE(seen.insert(code).second) << code << " names two orders";
  };
  for (std::uint64_t number = 1; number <= 20'000; ++number) check(number);
  for (std::uint64_t number = 1 << 20; number <= limits::order_number_max; number *= 3) {
    check(number);
  }
  check(limits::order_number_max);
}

TEST(OrderCodes, HaveThreeGroupsOfFourSymbols) {
  for (std::uint64_t number = 1; number < 1'000; ++number) {
    const std::string code = codes.encode(OrderNumber{number});
    ASSERT_EQ(code.size(), OrderCodes::length);
    for (std::size_t i = 0; i < code.size(); ++i) {
      const bool hyphen = i == 4 || i == 9;
      EXPECT_EQ(hyphen, code[i] == '-') << code;
      EXPECT_EQ(hyphen, base32::value_of(code[i]) == base32::not_a_symbol) << code;
    }
  }
}

TEST(OrderCodes, StayAsTheyAre) {
  // They stand in mails and in shops' books: a later version must make the same.
  EXPECT_EQ(codes.encode(OrderNumber{1}), "RE2C-25JH-QQKB");
  EXPECT_EQ(codes.encode(OrderNumber{1'000'000}), "TCXS-TWZ6-VC2W");
}

TEST(OrderCodes, AreReadAsPeopleWriteThem) {
  for (std::uint64_t number = 1; number < 2'000; ++number) {
    const std::string code = codes.encode(OrderNumber{number});
    std::string written = without_hyphens(code);
    for (char& c : written) {
      if (c == '0')
        c = "Oo"[number % 2];
      else if (c == '1')
        c = "IiLl"[number % 4];
      else
        c = static_cast<char>(std::tolower(c));
    }
    EXPECT_EQ(codes.decode(written), OrderNumber{number}) << written;
  }
}

TEST(OrderCodes, WithAnyOneSymbolWrongAreNotRead) {
  for (const std::uint64_t number : {1ULL, 77ULL, 123'456'789ULL, 999'999'999'999ULL}) {
    const std::string code = without_hyphens(codes.encode(OrderNumber{number}));
    for (std::size_t i = 0; i < code.size(); ++i) {
      for (const char symbol : base32::symbols) {
        std::string wrong = code;
        wrong[i] = symbol;
        EXPECT_EQ(codes.decode(wrong).has_value(), wrong == code) << wrong << " for " << code;
      }
    }
  }
}

TEST(OrderCodes, WithTwoNeighboursSwappedAreNotRead) {
  for (std::uint64_t number = 1; number <= 5'000; ++number) {
    const std::string code = without_hyphens(codes.encode(OrderNumber{number}));
    for (std::size_t i = 0; i + 1 < code.size(); ++i) {
      std::string wrong = code;
      std::swap(wrong[i], wrong[i + 1]);
      EXPECT_EQ(codes.decode(wrong).has_value(), wrong == code) << wrong << " for " << code;
    }
  }
}

TEST(OrderCodes, AreNotReadFromAnythingElse) {
  const std::string code = codes.encode(OrderNumber{42});
  for (const std::string& text :
       {std::string(), std::string("----"), code.substr(1), code + "0", code + " ", " " + code,
        std::string(12, 'U'), std::string(12, '\0'), std::string(1000, '0')}) {
    EXPECT_EQ(codes.decode(text), std::nullopt) << text;
  }
}

TEST(OrderCodes, AreNotGuessedFromTheirNeighbours) {
  // Half of the 55 bits differ between neighbours, within what chance allows over 10,000 pairs.
  double differing = 0;
  constexpr int pairs = 10'000;
  for (int number = 1; number <= pairs; ++number) {
    std::uint64_t words[2] = {0, 0};
    for (const int next : {0, 1}) {
      const auto code =
          without_hyphens(codes.encode(OrderNumber{static_cast<std::uint64_t>(number + next)}));
      for (std::size_t i = 0; i < 11; ++i)
        words[next] = words[next] << 5 | base32::value_of(code[i]);
    }
    differing += std::popcount(words[0] ^ words[1]);
  }
  EXPECT_NEAR(differing / pairs, 27.5, 0.2);
}

TEST(OrderCodes, OfAnotherKeyNameOtherOrders) {
  const OrderCodes others({0x0123456789abcdefULL, 0xfedcba9876543211ULL});
  int same = 0;
  for (std::uint64_t number = 1; number <= 1'000; ++number) {
    if (others.decode(codes.encode(OrderNumber{number})) == OrderNumber{number}) ++same;
  }
  EXPECT_EQ(same, 0);
}

}  // namespace
}  // namespace spillway
