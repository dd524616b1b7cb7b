#include "engine/telling/webhook_queue.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "engine/telling/limits.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp start{1'800'000'000s};

class WebhookQueueTest : public testing::Test {
 protected:
  void add(std::uint64_t from, std::uint64_t to) {
    std::vector<RecordNumber> records;
    for (std::uint64_t n = from; n <= to; ++n) records.push_back({n});
    queue_.add(records, {to});
  }
  std::vector<std::uint64_t> take_all() {
    std::vector<std::uint64_t> taken;
    while (const auto record = queue_.take(now_)) taken.push_back(record->value);
    return taken;
  }
  void deliver(std::uint64_t record) { queue_.delivered({record}, now_); }
  void fail(std::uint64_t record) { queue_.failed({record}, now_, 500, "500"); }
  // Waits for the next thing to be due and takes it.
  std::uint64_t wait_and_take() {
    now_ = std::max(now_, *queue_.next_at());
    const auto taken = queue_.take(now_);
    return taken ? taken->value : 0;
  }

  Timestamp now_ = start;
  WebhookQueue queue_{RecordNumber{10}, 7};
};

using Numbers = std::vector<std::uint64_t>;

TEST_F(WebhookQueueTest, DeliversInOrderOneMoreAtATimeWithEachSuccess) {
  EXPECT_EQ(queue_.place().value, 10u);
  add(11, 40);
  EXPECT_FALSE(queue_.wants_events());
  EXPECT_EQ(take_all(), (Numbers{11}));
  deliver(11);
  EXPECT_EQ(take_all(), (Numbers{12, 13}));
  deliver(13);
  EXPECT_EQ(queue_.place().value, 11u);  // 12 is open
  EXPECT_EQ(take_all(), (Numbers{14, 15}));
  for (const std::uint64_t record : {12, 14, 15}) deliver(record);
  EXPECT_EQ(queue_.place().value, 15u);
  for (std::uint64_t record = 16; record <= 20; ++record) {
    take_all();
    deliver(record);
  }
  take_all();
  EXPECT_EQ(queue_.under_way(), limits::webhook_in_flight_max);
  for (std::uint64_t record = 21; record <= 40; ++record) {
    deliver(record);
    take_all();
  }
  EXPECT_EQ(queue_.place().value, 40u);
  EXPECT_TRUE(queue_.wants_events());
  EXPECT_EQ(queue_.oldest(), std::nullopt);
  EXPECT_EQ(queue_.next_at(), std::nullopt);
}

TEST_F(WebhookQueueTest, PassesOverWhatNobodyWants) {
  queue_.add({}, {500});
  EXPECT_EQ(queue_.place().value, 500u);
  EXPECT_TRUE(queue_.wants_events());
}

TEST_F(WebhookQueueTest, TriesAgainWithGrowingWaitsAndGivesUpAfterADay) {
  add(11, 11);
  EXPECT_EQ(take_all(), (Numbers{11}));
  std::size_t tries = 0;
  Timestamp last = now_;
  while (true) {
    const auto failure = queue_.failed({11}, now_, 503, "503");
    ++tries;
    EXPECT_EQ(failure.delivery.tries, tries);
    EXPECT_EQ(failure.delivery.first_failed_at, start);
    EXPECT_EQ(failure.delivery.answer, 503);
    EXPECT_EQ(queue_.place().value, 11u);  // its entry remembers it
    if (failure.delivery.given_up) break;
    EXPECT_EQ(queue_.oldest(), RecordNumber{11});
    last = now_;
    ASSERT_EQ(wait_and_take(), 11u);
    EXPECT_GE(now_ - last, limits::webhook_retry_min);
    EXPECT_LE(now_ - last, limits::webhook_retry_max);
  }
  EXPECT_GE(now_ - start, limits::webhook_retry_time_max);
  EXPECT_LE(now_ - start, limits::webhook_retry_time_max + limits::webhook_retry_max);
  EXPECT_GT(tries, 24u);
  EXPECT_LT(tries, 100u);
  EXPECT_EQ(queue_.given_up(), 1u);
  EXPECT_EQ(queue_.next_at(), std::nullopt);
  EXPECT_EQ(queue_.oldest(), std::nullopt);
}

TEST_F(WebhookQueueTest, RestsBetweenTriesWhileAllFailsAndCatchesUpWhenItIsBack) {
  add(11, 20);
  for (std::uint32_t i = 0; i < limits::webhook_pause_after; ++i) {
    ASSERT_EQ(take_all().size(), 1u);
    fail(11 + i);
  }
  EXPECT_TRUE(take_all().empty());
  EXPECT_GE(*queue_.next_at(), now_ + limits::webhook_retry_min);
  for (int i = 0; i < 20; ++i) {
    const Timestamp before = now_;
    const std::uint64_t record = wait_and_take();
    EXPECT_LE(now_ - before, limits::webhook_pause_max);
    EXPECT_TRUE(take_all().empty());  // one at a time
    fail(record);
  }
  const std::uint64_t record = wait_and_take();
  deliver(record);
  // All that failed is due now.
  std::size_t delivered = 1;
  for (Numbers taken = take_all(); !taken.empty(); taken = take_all())
    for (const std::uint64_t each : taken) {
      deliver(each);
      ++delivered;
    }
  EXPECT_EQ(delivered, 10u);
  EXPECT_TRUE(queue_.entries().empty());
}

TEST_F(WebhookQueueTest, LeavesAReceiverAloneForAsLongAsItAsks) {
  add(11, 14);
  EXPECT_EQ(take_all(), (Numbers{11}));
  deliver(11);
  EXPECT_EQ(take_all(), (Numbers{12, 13}));
  const auto failure = queue_.failed({12}, now_, 429, "429", 10min);
  EXPECT_EQ(failure.delivery.next_at, now_ + 10min);
  deliver(13);  // was under way
  EXPECT_TRUE(take_all().empty()) << "nothing else goes there either";
  EXPECT_EQ(queue_.next_at(), now_ + 10min);
  now_ += 10min - 1us;
  EXPECT_TRUE(take_all().empty());
  now_ += 1us;
  EXPECT_FALSE(take_all().empty());
}

TEST_F(WebhookQueueTest, HearsNoWishBeyondItsLimitAndNoneBelowItsOwnWaits) {
  add(11, 12);
  EXPECT_EQ(take_all(), (Numbers{11}));
  const auto soon = queue_.failed({11}, now_, 503, "503", 0s);
  EXPECT_GE(soon.delivery.next_at, now_ + limits::webhook_retry_min);
  EXPECT_EQ(wait_and_take(), 12u);
  const auto late = queue_.failed({12}, now_, 503, "503", 24h * 365);
  EXPECT_EQ(late.delivery.next_at, now_ + limits::webhook_retry_after_max);
  now_ -= 5h;  // the clock is set back
  EXPECT_EQ(take_all().size(), 1u);
}

TEST_F(WebhookQueueTest, SaysWhenAnEntryIsTriedNextAndNeverAPastTime) {
  add(11, 13);
  for (const std::uint64_t record : {11, 12, 13}) {
    ASSERT_EQ(take_all(), (Numbers{record}));
    fail(record);
  }
  now_ += 50s;  // all are due, and go one by one
  for (const auto& [record, entry] : queue_.entries())
    EXPECT_GE(queue_.next_try(entry, now_), now_);
  const auto taken = queue_.take(now_);
  ASSERT_EQ(taken, RecordNumber{11});
  queue_.failed(*taken, now_, 500, "500");
  EXPECT_EQ(queue_.next_try(queue_.entries().at({12}), now_), *queue_.next_at())
      << "the endpoint rests";
}

TEST_F(WebhookQueueTest, KnowsSinceWhenItFailsAndCountsWhatEntered) {
  add(11, 13);
  EXPECT_EQ(queue_.entered(), 3u);
  EXPECT_EQ(queue_.failing_since(), std::nullopt);
  ASSERT_EQ(take_all(), (Numbers{11}));
  fail(11);
  EXPECT_EQ(queue_.failing_since(), start);
  EXPECT_EQ(queue_.last_failure(), "500");
  EXPECT_EQ(queue_.entered(), 3u) << "what waits again has not left";
  queue_.again({11}, now_);
  EXPECT_EQ(queue_.entered(), 3u);
  now_ += 1min;
  deliver(take_all().at(0));
  EXPECT_EQ(queue_.failing_since(), std::nullopt);
  queue_.again({5}, now_);
  EXPECT_EQ(queue_.entered(), 4u);
  queue_.restore({3}, {.tries = 2, .first_failed_at = start - 1h, .next_at = now_, .reason = {}});
  EXPECT_EQ(queue_.failing_since(), start - 1h) << "of before a restart";
}

TEST_F(WebhookQueueTest, WaitsNoLongerWhenTheClockIsSetBack) {
  add(11, 13);
  for (const std::uint64_t record : {11, 12, 13}) {
    ASSERT_EQ(take_all(), (Numbers{record}));
    fail(record);
  }
  EXPECT_TRUE(take_all().empty());
  now_ -= 5h;
  const Numbers first = take_all();
  ASSERT_EQ(first.size(), 1u);
  deliver(first[0]);
  EXPECT_EQ(take_all().size(), 2u);
}

TEST_F(WebhookQueueTest, TakesNoNewEventsWhileTooMuchWaitsToBeTriedAgain) {
  for (std::uint64_t n = 1; n <= limits::webhook_retries_max; ++n)
    queue_.restore({n},
                   {.tries = 1, .first_failed_at = start, .next_at = start + 1h, .reason = {}});
  EXPECT_FALSE(queue_.wants_events());
  now_ += 1h;
  deliver(take_all().at(0));
  EXPECT_TRUE(queue_.wants_events());
}

TEST_F(WebhookQueueTest, KeepsAListOfBoundedLengthOfWhatItGaveUp) {
  for (std::uint64_t n = 1; n <= limits::webhook_failed_max; ++n)
    queue_.restore(
        {n},
        {.tries = 9, .first_failed_at = start, .next_at = start, .given_up = true, .reason = {}});
  queue_.restore({5'000}, {.tries = 9, .first_failed_at = start, .next_at = start, .reason = {}});
  now_ += limits::webhook_retry_time_max;
  EXPECT_EQ(take_all(), (Numbers{5'000}));
  const auto failure = queue_.failed({5'000}, now_, 0, "no answer");
  EXPECT_TRUE(failure.delivery.given_up);
  EXPECT_EQ(failure.forgotten, RecordNumber{1});
  EXPECT_EQ(queue_.given_up(), limits::webhook_failed_max);
  EXPECT_FALSE(queue_.entries().contains({1}));
}

TEST_F(WebhookQueueTest, SendsOnceMoreWhatIsAskedForWhileItIsUnderWay) {
  add(11, 11);
  EXPECT_EQ(take_all(), (Numbers{11}));
  queue_.again({11}, now_);
  EXPECT_EQ(take_all(), Numbers()) << "it is under way";
  EXPECT_FALSE(queue_.delivered({11}, now_)) << "its entry stays";
  EXPECT_TRUE(queue_.entries().contains({11}));
  EXPECT_EQ(take_all(), (Numbers{11}));
  EXPECT_TRUE(queue_.delivered({11}, now_));
  EXPECT_EQ(take_all(), Numbers());

  add(12, 12);
  EXPECT_EQ(take_all(), (Numbers{12}));
  queue_.again({12}, now_);
  fail(12);
  EXPECT_EQ(wait_and_take(), 12U) << "it is tried again anyhow";
  EXPECT_TRUE(queue_.delivered({12}, now_));
  EXPECT_EQ(take_all(), Numbers()) << "and not twice";
}

TEST_F(WebhookQueueTest, SendsAgainWhatAPersonAsksFor) {
  queue_.restore(
      {3},
      {.tries = 40, .first_failed_at = start, .next_at = start, .given_up = true, .reason = {}});
  queue_.again({3}, now_);  // from the list
  queue_.again({5}, now_);  // delivered long ago
  EXPECT_EQ(queue_.given_up(), 0u);
  EXPECT_EQ(take_all(), (Numbers{3}));
  EXPECT_TRUE(queue_.delivered({3}, now_));
  EXPECT_EQ(take_all(), (Numbers{5}));
  const auto failure = queue_.failed({5}, now_, 0, "refused");
  EXPECT_EQ(failure.delivery.tries, 1);
  EXPECT_EQ(failure.delivery.first_failed_at, now_);
}

TEST_F(WebhookQueueTest, GoesBackToAnEventAndSendsAllAfterIt) {
  add(11, 12);
  EXPECT_EQ(take_all(), (Numbers{11}));
  deliver(11);
  EXPECT_EQ(take_all(), (Numbers{12}));
  queue_.go_back({4});
  EXPECT_EQ(queue_.read().value, 4u);
  add(5, 12);
  EXPECT_EQ(take_all(), (Numbers{5}));  // 12 is under way
  deliver(12);
  deliver(5);
  EXPECT_EQ(queue_.place().value, 5u);
  add(13, 13);
  std::vector<std::uint64_t> seen;
  for (Numbers taken = take_all(); !taken.empty(); taken = take_all())
    for (const std::uint64_t each : taken) {
      seen.push_back(each);
      deliver(each);
    }
  EXPECT_EQ(seen, (Numbers{6, 7, 8, 9, 10, 11, 13}));
}

}  // namespace
}  // namespace spillway
