#include "storage/registry/keyed_answer_rows.hpp"

#include <gtest/gtest.h>

namespace spillway::storage {
namespace {

const KeyedAnswer answer{201, {{"Location", "/v1/webhooks/wh_1"}}, R"({"secret":"whsec_canary"})"};
const AnswerSecret secret{1, 2, 3};
const AnswerSecret other_secret{1, 2, 4};

TEST(KeyedAnswerRows, TellAnAnswerAgainToItsSecretAlone) {
  const std::string key = keyed_answer_key({7, 8});
  const std::string row = seal_keyed_answer(key, "0123456789ab", secret, answer);
  const auto found = open_keyed_answer(key, row, secret);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->credential, "0123456789ab");
  EXPECT_EQ(found->answer, answer);
  const auto strange = open_keyed_answer(key, row, other_secret);
  ASSERT_TRUE(strange);
  EXPECT_EQ(strange->credential, "0123456789ab");
  EXPECT_FALSE(strange->answer);
  EXPECT_FALSE(open_keyed_answer(keyed_answer_key({7, 9}), row, secret)->answer)
      << "a row under another key";
  EXPECT_EQ(row.find("canary"), std::string::npos);
  EXPECT_EQ(row.find("webhooks"), std::string::npos);
}

TEST(KeyedAnswerRows, AreRefusedInEveryOtherForm) {
  const std::string key = keyed_answer_key({7, 8});
  const std::string row = seal_keyed_answer(key, "id", secret, answer);
  for (std::size_t size = 0; size < row.size(); ++size)
    EXPECT_FALSE(open_keyed_answer(key, row.substr(0, size), secret)) << size;
  EXPECT_FALSE(open_keyed_answer(key, row + "x", secret));
  for (std::size_t i = 0; i < row.size(); ++i) {
    std::string changed = row;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto found = open_keyed_answer(key, changed, secret);
    EXPECT_FALSE(found && found->credential == "id" && found->answer) << i;
  }
}

TEST(KeyedAnswerRows, StandInTheOrderOfTheirTimes) {
  const std::string key = keyed_answer_key({0xFFFF'FFFF'FFFF'FFFF, 1});
  const Timestamp at(Duration(1'795'300'000'123'456));
  const std::string time = keyed_answer_time_key(at, key);
  const auto read = keyed_answer_time_from(time);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->at, at);
  EXPECT_EQ(read->answer_key, key);
  EXPECT_LT(time, keyed_answer_time_key(at + Duration(1), keyed_answer_key({0, 0})));
  EXPECT_TRUE(time.starts_with(keyed_answer_times));
  for (const std::string& bad : {std::string(), key, time + "x", time.substr(1)})
    EXPECT_FALSE(keyed_answer_time_from(bad));
}

}  // namespace
}  // namespace spillway::storage
