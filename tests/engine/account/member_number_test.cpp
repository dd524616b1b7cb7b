#include "engine/account/member_number.hpp"

#include <set>

#include <gtest/gtest.h>

#include "engine/account/limits.hpp"

namespace spillway {
namespace {

const MemberNumbers numbers({1, 2});

TEST(MemberNumber, ComesBackAsTheMemberItWasMadeFor) {
  for (const std::uint32_t id : {1U, 2U, 3U, 4'711U, limits::members_max}) {
    const std::string text = numbers.encode({id});
    EXPECT_EQ(text.size(), MemberNumbers::length) << text;
    EXPECT_TRUE(MemberNumbers::has_layout(text)) << text;
    EXPECT_EQ(numbers.decode(text), MemberId{id}) << text;
  }
}

// After a restore ids are given out that were given out before.
TEST(MemberNumber, OfAnotherEraIsAnothersNumber) {
  const MemberNumbers restored({1, 2}, {{{100}, 7}, {{200}, 9}});
  EXPECT_EQ(restored.encode({99}), numbers.encode({99}));
  for (const std::uint32_t id : {100U, 199U, 200U, limits::members_max}) {
    EXPECT_NE(restored.encode({id}), numbers.encode({id}));
    EXPECT_EQ(restored.decode(restored.encode({id})), MemberId{id});
    EXPECT_FALSE(restored.decode(numbers.encode({id}))) << id;
    EXPECT_FALSE(numbers.decode(restored.encode({id}))) << id;
  }
  const MemberNumbers again({1, 2}, {{{100}, 8}});
  EXPECT_FALSE(again.decode(restored.encode({150})));
}

TEST(MemberNumber, SaysNothingOfItsPlaceInTheSequence) {
  std::set<std::string> beginnings;
  for (std::uint32_t id = 1; id <= 1'000; ++id)
    beginnings.insert(numbers.encode({id}).substr(0, 6));
  EXPECT_GT(beginnings.size(), 990U);
  EXPECT_NE(numbers.encode({1}), MemberNumbers({1, 3}).encode({1}));
}

TEST(MemberNumber, IsReadAsPeopleWriteIt) {
  std::string text;
  for (std::uint32_t id = 1; text.find('0') == std::string::npos; ++id) text = numbers.encode({id});
  std::string written = text;
  for (char& c : written) c = c == '0' ? 'o' : static_cast<char>(std::tolower(c));
  EXPECT_EQ(numbers.decode(written), numbers.decode(text));
}

TEST(MemberNumber, OneWrongOrSwappedSymbolIsNoticed) {
  const std::string text = numbers.encode({4'711});
  for (const std::size_t place : {2U, 3U, 4U, 5U, 7U, 8U, 9U, 10U, 12U}) {
    for (const char symbol : std::string_view("0123456789ABCDEFGHJKMNPQRSTVWXYZ")) {
      std::string wrong = text;
      wrong[place] = symbol;
      EXPECT_EQ(numbers.decode(wrong).has_value(), wrong == text) << wrong;
    }
  }
  for (const std::size_t place : {2U, 3U, 4U, 7U, 8U, 9U}) {
    std::string swapped = text;
    std::swap(swapped[place], swapped[place + 1]);
    EXPECT_EQ(numbers.decode(swapped).has_value(), swapped == text) << swapped;
  }
}

TEST(MemberNumber, OtherTextsAreNone) {
  for (const char* text : {"", "M", "M-4821", "M-0000-0000", "X-0000-0000-0", "M-0000-00000-",
                           "M-00U0-0000-0", "M00000000000000", "M-0000-0000-00"}) {
    EXPECT_FALSE(MemberNumbers::has_layout(text)) << text;
    EXPECT_FALSE(numbers.decode(text)) << text;
  }
}

}  // namespace
}  // namespace spillway
