// The queue with issuers that do not answer: what of theirs leaves it, and when.
#include <functional>

#include <gtest/gtest.h>

#include "engine/pacing/authorization_queue.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;

const Issuer dead = Issuer::of(CardCompany::visa, "400000");
const Issuer well = Issuer::of(CardCompany::visa, "424242");
const Issuer other_company = Issuer::of(CardCompany::jcb, "353011");

// A queue, a relay centre that answers at once what an issuer says, and a clock.
class IssuerLinesTest : public testing::Test {
 protected:
  std::uint64_t push(Issuer issuer) {
    WaitingOrder order;
    order.number = {++last_};
    order.shop = {1};
    order.issuer = issuer;
    order.received_at = Timestamp(1'000'000s) + std::chrono::duration_cast<Duration>(now_ - start_);
    queue_.push(order);
    return last_;
  }

  // With so many permits; each order that leaves is answered at once.
  std::vector<std::uint64_t> send(std::size_t permits) {
    std::vector<WaitingOrder> out;
    queue_.pop(permits, now_, out);
    std::vector<std::uint64_t> numbers;
    for (WaitingOrder& order : out) {
      numbers.push_back(order.number.value);
      ++order.attempt.value;
      if (is_away(order))
        queue_.came_back(order, now_ + 200ms, now_);
      else
        queue_.answered(order.issuer, order.attempt, now_);
    }
    return numbers;
  }

  // As many permits as there are to use, every 10 ms. How many orders left.
  std::size_t send_for(Duration time, std::size_t permits = 1) {
    std::size_t sent = 0;
    for (const MonotonicTime end = now_ + time; now_ < end; now_ += 10ms)
      sent += send(std::min(permits, queue_.ready(now_))).size();
    return sent;
  }

  void let_go_away(Issuer issuer) {
    for (std::uint32_t i = 0; i < limits::issuer_away_after; ++i) push(issuer);
    send(limits::issuer_away_after);
    ASSERT_EQ(queue_.issuers_away(), 1U);
  }

  std::function<bool(const WaitingOrder&)> is_away = [](const WaitingOrder& order) {
    return order.issuer == dead;
  };
  const MonotonicTime start_{1h};
  MonotonicTime now_ = start_;
  std::uint64_t last_ = 0;
  AuthorizationQueue queue_;
};

TEST_F(IssuerLinesTest, LetsOrdersOfOthersPassThoseOfAnIssuerThatIsAway) {
  let_go_away(dead);
  std::vector<std::uint64_t> healthy;
  for (int i = 0; i < 10; ++i) {
    push(dead);
    healthy.push_back(push(i % 2 == 0 ? well : other_company));
  }
  EXPECT_EQ(send(100), healthy);
  EXPECT_EQ(queue_.ready(now_), 0U) << "no permit is asked for in vain";
  EXPECT_EQ(queue_.size(), 13U);
}

TEST_F(IssuerLinesTest, AsksAnIssuerThatIsAwayByOneOrderAtATime) {
  let_go_away(dead);
  for (int i = 0; i < 200; ++i) push(dead);
  const std::size_t sent = send_for(60s, 100);
  EXPECT_GE(sent, 60s / limits::issuer_retry_max);
  EXPECT_LE(sent, 30U);
  std::vector<WaitingOrder> out;
  now_ = *queue_.next_due(now_);
  EXPECT_EQ(queue_.pop(100, now_, out), 1U);
  now_ += limits::issuer_probe_patience - 1ms;
  EXPECT_EQ(queue_.pop(100, now_, out), 0U) << "it may still be answered";
  now_ += 1ms;
  EXPECT_EQ(queue_.pop(100, now_, out), 1U) << "it was never heard of again";
}

TEST_F(IssuerLinesTest, IsThroughInSecondsOnceTheIssuerAnswers) {
  let_go_away(dead);
  for (int i = 0; i < 500; ++i) push(dead);
  send_for(600s, 100);
  ASSERT_GT(queue_.size(), 450U);
  is_away = [](const WaitingOrder&) { return false; };
  send_for(limits::issuer_retry_max + 1s, 100);
  EXPECT_EQ(queue_.size(), 0U);
}

TEST_F(IssuerLinesTest, IsThroughInSecondsAlsoWithWhatCameBackOften) {
  is_away = [](const WaitingOrder&) { return true; };
  for (int i = 0; i < 300; ++i) push(i % 2 == 0 ? dead : other_company);
  send(256);  // all on their way before the first answer
  send_for(300s, 100);
  is_away = [](const WaitingOrder&) { return false; };
  send_for(limits::issuer_retry_max + 2s, 100);
  EXPECT_EQ(queue_.size(), 0U);
}

// One card in seven is told to come back for ever, and its neighbours of the same range are not.
TEST_F(IssuerLinesTest, LosesLittleToCardsThatNeverComeThroughBesideOthersOfTheirRange) {
  is_away = [](const WaitingOrder& order) { return order.number.value % 7 == 0; };
  std::size_t came = 0;
  std::size_t sent = 0;
  Duration next_order{};
  for (Duration since{}; since < 300s; since += 20ms, now_ += 20ms) {  // 50 a second
    for (; next_order <= since; next_order += 1'000'000us / 18) {
      push(well);
      ++came;
    }
    sent += send(std::min<std::size_t>(1, queue_.ready(now_))).size();
  }
  const std::size_t hopeless = came / 7;
  EXPECT_LE(queue_.size(), hopeless + 5) << "only they wait";
  EXPECT_LE(sent, came * 3 / 2) << "repeats take a part, not all";
}

TEST_F(IssuerLinesTest, ComesThroughTheOldestOfARangeThatHasAnIssuerThatIsWell) {
  is_away = [](const WaitingOrder& order) { return order.number.value <= 300; };
  for (int i = 0; i < 400; ++i) push(well);
  send_for(60s, 10);
  std::size_t waiting = queue_.size();
  EXPECT_LE(waiting, 300U);
}

TEST_F(IssuerLinesTest, BoundsWhatAWholeCompanyThatIsAwayGets) {
  is_away = [](const WaitingOrder& order) { return order.issuer.company() == 2; };
  std::size_t sent = 0;
  for (int i = 0; i < 1'000; ++i, now_ += 100ms) {  // each of another range
    push(Issuer::of(CardCompany::mastercard, std::to_string(510'000 + i)));
    sent += send(std::min<std::size_t>(10, queue_.ready(now_))).size();
  }
  EXPECT_LE(sent, 60U);
  EXPECT_EQ(queue_.size(), 1'000U);
  is_away = [](const WaitingOrder&) { return false; };
  send_for(15s, 100);
  EXPECT_EQ(queue_.size(), 0U);
}

TEST_F(IssuerLinesTest, AsksForNoneOfUnknownIssuersMoreThanTheirBudget) {
  is_away = [](const WaitingOrder& order) { return order.number.value <= 50; };
  for (int i = 0; i < 100; ++i) push(Issuer());  // they waited when the process began
  EXPECT_EQ(send(100).size(), 100U);
  EXPECT_EQ(queue_.issuers_away(), 0U);
  EXPECT_LE(send_for(60s, 100), 45U);
  is_away = [](const WaitingOrder&) { return false; };
  send_for(limits::issuer_retry_max + 2s, 100);
  EXPECT_EQ(queue_.size(), 0U);
}

TEST_F(IssuerLinesTest, GivesOutWhatIsWithdrawnNoMore) {
  let_go_away(dead);
  const std::uint64_t fresh = push(dead);
  EXPECT_TRUE(send(10).empty());  // set aside
  EXPECT_TRUE(queue_.withdraw({fresh}));
  EXPECT_FALSE(queue_.withdraw({fresh}));
  now_ += 1s;
  const auto probe = send(10);
  ASSERT_EQ(probe.size(), 1U);
  for (std::uint64_t number = 1; number <= limits::issuer_away_after; ++number)
    EXPECT_TRUE(queue_.withdraw({number})) << number;
  EXPECT_EQ(queue_.size(), 0U);
  EXPECT_EQ(queue_.ready(now_ + 1h), 0U);
}

TEST_F(IssuerLinesTest, TellsOfNothingThatCouldLeaveAndWhenItCan) {
  let_go_away(dead);
  push(dead);
  for (int i = 0; i < 200; ++i) {
    const auto due = queue_.next_due(now_);
    ASSERT_TRUE(due.has_value());
    ASSERT_GT(*due, now_);
    now_ = *due;
    if (queue_.ready(now_) > 0) send(1);
    ASSERT_EQ(queue_.ready(now_), 0U);
  }
}

TEST_F(IssuerLinesTest, ForgetsAnIssuerThatIsWellAgain) {
  let_go_away(dead);
  is_away = [](const WaitingOrder&) { return false; };
  send_for(limits::issuer_retry_max, 10);
  EXPECT_EQ(queue_.issuers_away(), 0U);
  EXPECT_EQ(queue_.issuers_watched(), 1U);
  send_for(limits::issuer_memory, 10);
  EXPECT_EQ(queue_.issuers_watched(), 0U);
}

TEST_F(IssuerLinesTest, LeavesTheOldestOfItsOwnOutOfWhatABatchGoesBy) {
  let_go_away(dead);
  push(dead);
  send(10);
  now_ += 100ms;
  EXPECT_FALSE(queue_.oldest_received().has_value());
  EXPECT_EQ(queue_.oldest_waiting(), Timestamp(1'000'000s));
}

}  // namespace
}  // namespace spillway
