#include "engine/card/card.hpp"

#include <memory>
#include <new>
#include <string>

#include <gtest/gtest.h>

#include "engine/card/card_prefixes.hpp"

namespace spillway {
namespace {

TEST(CardNumber, IsTakenWithARightCheckDigit) {
  for (const char* digits :
       {"4242424242424242", "5555555555554444", "3530111333300000", "378282246310005",
        "30569309025904", "4000000000000002", "6304000000000000", "4000000000000000006"}) {
    const auto number = CardNumber::from(digits);
    ASSERT_EQ(number.has_value(), luhn_holds(digits)) << digits;
    EXPECT_EQ(number ? number->digits() : digits, digits);
  }
  EXPECT_TRUE(CardNumber::from("4242424242424242"));
}

TEST(CardNumber, IsNotTakenFromAnythingElse) {
  for (const char* text :
       {"", "0", "4242424242424241", "4242 4242 4242 4242", "4242-4242-4242-4242", "42424242424",
        "00000000000", "42424242424242424242", "424242424242424x", "４２４２４２４２４２４２"}) {
    EXPECT_FALSE(CardNumber::from(text)) << text;
  }
}

TEST(CardNumber, WithAnyOneDigitWrongIsNotTaken) {
  const std::string right = "4242424242424242";
  for (std::size_t i = 0; i < right.size(); ++i) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string wrong = right;
      wrong[i] = digit;
      EXPECT_EQ(CardNumber::from(wrong).has_value(), wrong == right) << wrong;
    }
  }
}

TEST(CardNumber, ShowsItsLastFourDigits) {
  const auto number = CardNumber::from("378282246310005");
  ASSERT_TRUE(number);
  EXPECT_EQ(number->last_four(), (std::array<char, 4>{'0', '0', '0', '5'}));
}

TEST(CardNumber, IsWipedFromMemoryWhenItEnds) {
  alignas(CardNumber) unsigned char memory[sizeof(CardNumber)];
  auto* number = new (memory) CardNumber(*CardNumber::from("4242424242424242"));
  const std::string_view bytes(reinterpret_cast<const char*>(memory), sizeof(memory));
  ASSERT_NE(bytes.find("4242"), std::string_view::npos);
  std::destroy_at(number);
  EXPECT_EQ(bytes.find("42"), std::string_view::npos);
}

TEST(CardExpiry, ComesWhenTheMonthIsOverEverywhere) {
  using namespace std::chrono;
  const auto month = [](Timestamp time) { return month_of(time); };
  const Timestamp first = sys_days(2028y / 12 / 1);
  EXPECT_EQ(month(first), (CardExpiry{2028, 11})) << "in Honolulu it is still the 30th";
  EXPECT_EQ(month(first + hours(12) - microseconds(1)), (CardExpiry{2028, 11}));
  EXPECT_EQ(month(first + hours(12)), (CardExpiry{2028, 12}));
  EXPECT_EQ(month(first - hours(1)), (CardExpiry{2028, 11}));
  EXPECT_EQ(month(sys_days(2029y / 1 / 1) + hours(11)), (CardExpiry{2028, 12}));
}

TEST(CardExpiry, IsReadFromYearAndMonth) {
  EXPECT_EQ(card_expiry_from("2028-12"), (CardExpiry{2028, 12}));
  EXPECT_EQ(card_expiry_from("2000-01"), (CardExpiry{2000, 1}));
  EXPECT_LT((CardExpiry{2027, 12}), (CardExpiry{2028, 1}));
  for (const char* text : {"", "2028", "2028-00", "2028-13", "2028-1", "2028/12", "28-12",
                           "2128-12", "1999-12", "2028-12 ", "202a-12", "2028-1a", "+028-12"}) {
    EXPECT_FALSE(card_expiry_from(text)) << text;
  }
}

TEST(CardCompany, IsKnownByTheFirstDigitsOfANumber) {
  const struct {
    const char* digits;
    std::optional<CardCompany> company;
  } cases[] = {
      {"4242424242424242", CardCompany::visa},
      {"5555555555554444", CardCompany::mastercard},
      {"2221000000000009", CardCompany::mastercard},
      {"2720990000000007", CardCompany::mastercard},
      {"3530111333300000", CardCompany::jcb},
      {"378282246310005", CardCompany::amex},
      {"341111111111111", CardCompany::amex},
      {"30569309025904", CardCompany::diners},
      {"36227206271667", CardCompany::diners},
      {"6011111111111117", std::nullopt},
      {"2720999999999999", CardCompany::mastercard},
      {"272100000000", std::nullopt},
      {"222099999999", std::nullopt},
      {"500000000000", std::nullopt},
      {"352799999999", std::nullopt},
      {"359000000000", std::nullopt},
  };
  for (const auto& one : cases) EXPECT_EQ(company_of_number(one.digits), one.company) << one.digits;
}

TEST(CardCompany, HasAName) {
  for (const char* name : {"VISA", "MASTERCARD", "JCB", "AMEX", "DINERS"}) {
    const auto company = card_company_from(name);
    ASSERT_TRUE(company) << name;
    EXPECT_EQ(to_text(*company), name);
  }
  for (const char* name : {"", "visa", "VISA ", "DISCOVER"}) {
    EXPECT_FALSE(card_company_from(name)) << name;
  }
}

}  // namespace
}  // namespace spillway
