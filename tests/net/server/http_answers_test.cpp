#include "net/server/http_answers.hpp"

#include <array>
#include <numeric>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "net/http/limits.hpp"

namespace spillway::net {
namespace {

void answer(HttpAnswers& answers, std::uint32_t sequence) {
  ASSERT_NE(answers.find(sequence), nullptr);
  answers.place(sequence).append(std::to_string(sequence)).append(" ");
  answers.settle(sequence, false);
}

std::string sent(HttpAnswers& answers) {
  std::string all;
  for (HttpOutput& ready = answers.ready(); !ready.empty(); ready.drop_next()) all += ready.next();
  return all;
}

TEST(HttpAnswers, LinesUpAnswersInTheOrderOfTheirRequests) {
  HttpAnswers answers;
  std::mt19937 random(1);
  std::string wanted;
  std::uint32_t first = 0;
  for (int round = 0; round < 50; ++round) {
    std::array<std::uint32_t, 100> order{};
    std::iota(order.begin(), order.end(), first);
    first += 100;
    for (const std::uint32_t sequence : order) {
      EXPECT_EQ(answers.expect({}), sequence);
      wanted += std::to_string(sequence) + " ";
    }
    std::shuffle(order.begin(), order.end(), random);
    for (const std::uint32_t sequence : order) answer(answers, sequence);
  }
  EXPECT_EQ(sent(answers), wanted);
  EXPECT_EQ(answers.unanswered(), 0u);
}

TEST(HttpAnswers, KeepsTheOrderWhileSomeAlwaysWait) {
  HttpAnswers answers;
  std::string wanted;
  answers.expect({});
  for (std::uint32_t sequence = 0; sequence < 1'000; ++sequence) {
    answers.expect({});
    answer(answers, sequence);
    wanted += std::to_string(sequence) + " ";
  }
  EXPECT_EQ(sent(answers), wanted);
  EXPECT_EQ(answers.unanswered(), 1u);
}

TEST(HttpAnswers, KeepsConstantBodiesInTheirPlaceWithoutHoldingThem) {
  const std::string body = std::string(limits::http_constant_piece, 'x') + "end ";
  HttpAnswers answers;
  for (int i = 0; i < 6; ++i) answers.expect({});
  std::string wanted;
  for (const std::uint32_t sequence : {1U, 0U, 4U, 5U, 3U, 2U}) {
    answers.place(sequence).append(std::to_string(sequence)).append(" ");
    if (sequence % 2 == 0) answers.append_constant(sequence, body);
    answers.settle(sequence, false);
  }
  for (int sequence = 0; sequence < 6; ++sequence)
    wanted += std::to_string(sequence) + " " + (sequence % 2 == 0 ? body : "");
  EXPECT_EQ(answers.ready().size(), wanted.size());
  EXPECT_EQ(answers.ready().held(), std::string("0 1 2 3 4 5 ").size());
  EXPECT_EQ(sent(answers), wanted);
  EXPECT_EQ(answers.ready().size(), 0U);
}

TEST(HttpAnswers, HoldsNoMemoryForWhatHasGoneOutBeforeAConstantBody) {
  HttpOutput output;
  output.text().assign(limits::http_output_max, 'x');
  output.append_constant("constant");
  output.drop_next();
  EXPECT_EQ(output.next(), "constant");
  EXPECT_LE(output.text().capacity(), limits::http_resting_buffer_max);
}

TEST(HttpAnswers, DropsWhatComesAfterTheLast) {
  HttpAnswers answers;
  answers.expect({});
  answers.expect({.last = true});
  answers.expect({});
  answer(answers, 2);
  answer(answers, 1);
  EXPECT_FALSE(answers.ended());
  answer(answers, 0);
  EXPECT_TRUE(answers.ended());
  EXPECT_EQ(sent(answers), "0 1 ");
  EXPECT_EQ(answers.find(2), nullptr);
}

TEST(HttpAnswersDeathTest, AnAnswerGivenTwiceStopsTheProcess) {
  HttpAnswers answers;
  answers.expect({});
  answers.expect({});
  answer(answers, 1);
  EXPECT_DEATH(answers.find(1), "answered twice");
  answer(answers, 0);
  EXPECT_DEATH(answers.find(0), "answered twice");
}

TEST(HttpAnswersDeathTest, ALineBreakInAFieldStopsTheProcess) {
  std::string out;
  const std::array fields = {HttpHeader{"X", "a\r\nSet-Cookie: b"}};
  EXPECT_DEATH(append_answer(out, {}, 200, {}, fields, {}), "line break");
}

TEST(HttpAnswers, GivesNoLengthWhereThereIsNoBody) {
  std::string out;
  append_answer(out, {}, 204, {}, {}, {});
  EXPECT_TRUE(out.starts_with("HTTP/1.1 204 No Content\r\n"));
  EXPECT_EQ(out.find("Content-Length"), std::string::npos);
  EXPECT_TRUE(out.ends_with("\r\n\r\n"));
}

}  // namespace
}  // namespace spillway::net
