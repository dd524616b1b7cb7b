#include "engine/order/authorization.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "engine/base/limits.hpp"

namespace spillway {
namespace {

TEST(Authorization, ReadsAnAnswerFromItsResponseCode) {
  const std::pair<const char*, Answer> table[] = {
      {"00", Answer::usable},          {"01", Answer::exceeds_ceiling},
      {"02", Answer::exceeds_ceiling}, {"91", Answer::come_back_later},
      {"96", Answer::come_back_later}, {"68", Answer::come_back_later},
      {"05", Answer::unusable},        {"51", Answer::unusable},
      {"54", Answer::unusable},        {"08", Answer::unusable},
      {"", Answer::unusable},          {"0", Answer::unusable},
  };
  for (const auto& [code, answer] : table) EXPECT_EQ(answer_of(code), answer) << code;
}

TEST(Authorization, SpeaksTheWordsOfTheApi) {
  EXPECT_EQ(to_text(Answer::usable), "usable");
  EXPECT_EQ(to_text(Answer::unusable), "unusable");
  EXPECT_EQ(to_text(Answer::exceeds_ceiling), "exceeds_ceiling");
}

TEST(Reference, IsTwelveLettersAndDigitsThatTellTheAttempt) {
  for (const std::uint8_t system : {std::uint8_t{0}, std::uint8_t{9}, std::uint8_t{31}}) {
    for (const std::uint64_t order : {std::uint64_t{1}, std::uint64_t{31}, std::uint64_t{32},
                                      std::uint64_t{123'456'789}, limits::order_number_max}) {
      for (const std::uint16_t attempt :
           {std::uint16_t{1}, std::uint16_t{40}, limits::attempts_max}) {
        const Reference reference = make_reference(system, OrderNumber{order}, Attempt{attempt});
        ASSERT_EQ(reference.size(), 12U);
        EXPECT_TRUE(std::all_of(reference.view().begin(), reference.view().end(),
                                [](char c) { return std::isalnum(c) && !std::islower(c); }));
        const auto parts = parse_reference(reference);
        ASSERT_TRUE(parts);
        EXPECT_EQ(parts->system, system);
        EXPECT_EQ(parts->order, OrderNumber{order});
        EXPECT_EQ(parts->attempt, Attempt{attempt});
      }
    }
  }
}

TEST(Reference, StaysAsItIs) {
  // It stands in journals and at relay centres: a later version must make the same.
  EXPECT_EQ(make_reference(10, OrderNumber{1'000'000}, Attempt{2}).view(), "A0000YGJ0002");
}

TEST(Reference, IsNotReadFromAnyOtherText) {
  for (const char* text : {"", "A0000YGJ002", "A0000YGJ000U", "a0000YGJ0002", "A0000YGJ00 2",
                           "A000000000001", "A00000000001", "A00000001000"}) {
    if (std::string_view(text).size() > 12) continue;
    EXPECT_FALSE(parse_reference(Reference(text))) << text;
  }
}

TEST(ReferenceDeathTest, HasRoomForSoManyOrdersAndAttempts) {
  const OrderNumber too_many{limits::order_number_max + 1};
  const Attempt too_often{static_cast<std::uint16_t>(limits::attempts_max + 1)};
  EXPECT_DEATH(make_reference(0, too_many, Attempt{1}), "does not fit a reference");
  EXPECT_DEATH(make_reference(0, OrderNumber{1}, too_often), "does not fit a reference");
  EXPECT_DEATH(make_reference(32, OrderNumber{1}, Attempt{1}), "does not fit a reference");
}

TEST(Stan, IsSixDigitsAndDiffersAmongNeighbours) {
  std::set<std::uint32_t> stans;
  for (std::uint64_t order = 999'000; order < 1'004'000; ++order) {
    for (std::uint16_t attempt = 1; attempt <= 10; ++attempt) {
      const std::uint32_t stan = make_stan(OrderNumber{order}, Attempt{attempt});
      ASSERT_GE(stan, 1U);
      ASSERT_LE(stan, 999'999U);
      stans.insert(stan);
    }
  }
  EXPECT_EQ(stans.size(), 50'000U);
}

}  // namespace
}  // namespace spillway
