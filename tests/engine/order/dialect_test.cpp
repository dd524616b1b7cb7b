// What the answers of a relay centre mean, with and without a dialect of its own.
#include "engine/order/dialect.hpp"

#include <gtest/gtest.h>

namespace spillway {
namespace {

constexpr Currency yen{392};
constexpr Currency dollars{840};
constexpr Money asked{3150, yen};

Answer judged(const RelayAnswer& answer, const Dialect& dialect = {}) {
  return judge(answer, asked, dialect);
}

TEST(Dialect, KnowsWhatTheCodesMeanEverywhere) {
  const struct {
    Answer meaning;
    std::vector<const char*> codes;
  } table[] = {
      {Answer::usable, {"00"}},
      {Answer::exceeds_ceiling, {"01", "02"}},
      {Answer::come_back_later, {"91", "96"}},
      {Answer::held_unlike, {"08", "10", "11", "16", "32", "85", "87"}},
      {Answer::no_verdict, {"09", "20", "68", "94", "", " ", "  "}},
      {Answer::unusable, {"03", "04", "05", "12", "14", "25", "30", "41", "51", "54", "92", "N7"}},
  };
  for (const auto& row : table)
    for (const char* code : row.codes) EXPECT_EQ(judged({code}), row.meaning) << code;
}

TEST(Dialect, LeavesWhatCodesMeantInRecordsWithoutAVerdict) {
  EXPECT_EQ(answer_of("00"), Answer::usable);
  for (const char* code : {"68", "91", "96"})
    EXPECT_EQ(answer_of(code), Answer::come_back_later) << code;
  for (const char* code : {"01", "02"}) EXPECT_EQ(answer_of(code), Answer::exceeds_ceiling) << code;
  for (const char* code : {"08", "10", "11", "94", "05", ""})
    EXPECT_EQ(answer_of(code), Answer::unusable) << code;
}

TEST(Dialect, TakesAnApprovalOnlyOfWhatWasAsked) {
  EXPECT_EQ(judged({"00", 3150, 392}), Answer::usable);
  EXPECT_EQ(judged({"00", 3150, {}}), Answer::usable);
  EXPECT_EQ(judged({"00", {}, 392}), Answer::usable);
  for (const std::int64_t amount : {0L, 1L, 2000L, 3149L, 3151L, 315'000L, 999'999'999'999L})
    EXPECT_EQ(judged({"00", amount, 392}), Answer::held_unlike) << amount;
  for (const std::uint16_t currency : {std::uint16_t{0}, std::uint16_t{840}, std::uint16_t{999}})
    EXPECT_EQ(judged({"00", 3150, currency}), Answer::held_unlike) << currency;
  EXPECT_EQ(judged({"00", {}, 840}), Answer::held_unlike);
}

TEST(Dialect, LooksAtTheSumOfAnApprovalAlone) {
  EXPECT_EQ(judged({"05", 1, 840}), Answer::unusable);
  EXPECT_EQ(judged({"91", 0, 840}), Answer::come_back_later);
  EXPECT_EQ(judged({"01", 0, {}}), Answer::exceeds_ceiling);
  EXPECT_EQ(judged({"68", 1, {}}), Answer::no_verdict);
}

TEST(Dialect, SaysOtherwiseWhereARelayCentreDoes) {
  Dialect dialect;
  dialect.set("11", Answer::usable);
  dialect.set("10", Answer::usable);
  dialect.set("68", Answer::come_back_later);
  dialect.set("96", Answer::no_verdict);
  dialect.set("Z3", Answer::exceeds_ceiling);
  EXPECT_EQ(judged({"11", 3150, 392}, dialect), Answer::usable);
  EXPECT_EQ(judged({"11"}, dialect), Answer::usable);
  EXPECT_EQ(judged({"11", 3000, 392}, dialect), Answer::held_unlike) << "of something else";
  EXPECT_EQ(judged({"10", 3150, 392}, dialect), Answer::usable);
  EXPECT_EQ(judged({"10"}, dialect), Answer::held_unlike) << "a part, nobody says which";
  EXPECT_EQ(judged({"68"}, dialect), Answer::come_back_later);
  EXPECT_EQ(judged({"96"}, dialect), Answer::no_verdict);
  EXPECT_EQ(judged({"Z3"}, dialect), Answer::exceeds_ceiling);
  EXPECT_EQ(judged({"08"}, dialect), Answer::held_unlike) << "nothing was said of it";
}

TEST(DialectDeathTest, CannotMakeSomethingElseOfAnApproval) {
  EXPECT_DEATH(Dialect().set("00", Answer::unusable), "an approval cannot mean something else");
}

TEST(Dialect, NamesTheSumThatAnAnswerNames) {
  EXPECT_EQ(named_by({"10", 2000, 392}, asked), (Money{2000, yen}));
  EXPECT_EQ(named_by({"10", 2000, {}}, asked), (Money{2000, yen}));
  EXPECT_EQ(named_by({"00", {}, 840}, asked), (Money{3150, dollars}));
  EXPECT_EQ(named_by({"08"}, asked), std::nullopt);
}

TEST(Dialect, SettlesAReversalByWhatReversesAllOfIt) {
  const auto settles = [](const RelayAnswer& answer, bool late, std::optional<Money> held = {}) {
    return settles_reversal(answer, asked, held, late);
  };
  EXPECT_TRUE(settles({"00"}, false));
  EXPECT_TRUE(settles({"00", 3150, 392}, false));
  EXPECT_FALSE(settles({"25"}, false)) << "the request may still be on its way";
  EXPECT_TRUE(settles({"25"}, true));
  EXPECT_TRUE(settles({"25", 0, {}}, true)) << "nothing is there, of whatever sum";
  for (const char* code : {"05", "08", "10", "11", "12", "21", "68", "91", "94", "96", ""})
    EXPECT_FALSE(settles({code}, true)) << code;
  EXPECT_FALSE(settles({"00", 2000, 392}, true)) << "a part";
  EXPECT_FALSE(settles({"00", 3150, 840}, true)) << "of another currency";
  EXPECT_TRUE(settles({"00", 2000, 392}, false, Money{2000, yen})) << "all that is held";
  EXPECT_TRUE(settles({"00", 3150, 392}, false, Money{2000, yen}));
  EXPECT_FALSE(settles({"00", 1000, 392}, false, Money{2000, yen}));
}

TEST(Dialect, ReadsTheWordsOfTheConfiguration) {
  EXPECT_EQ(meaning_from("approved"), Answer::usable);
  EXPECT_EQ(meaning_from("approval_needed"), Answer::exceeds_ceiling);
  EXPECT_EQ(meaning_from("refused"), Answer::unusable);
  EXPECT_EQ(meaning_from("come_back_later"), Answer::come_back_later);
  EXPECT_EQ(meaning_from("reverse"), Answer::held_unlike);
  EXPECT_EQ(meaning_from("in_doubt"), Answer::no_verdict);
  for (const char* word : {"", "usable", "Approved", "none"})
    EXPECT_EQ(meaning_from(word), std::nullopt) << word;
}

}  // namespace
}  // namespace spillway
