#include "engine/order/priority_line.hpp"

#include <gtest/gtest.h>

#include "engine/order/limits.hpp"
#include "engine/pacing/authorization_queue.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr Timestamp opening{std::chrono::hours(400'000)};
const MonotonicTime now{1h};

WaitingOrder order(std::uint64_t number, Urgency urgency = Urgency::normal,
                   std::optional<milliseconds> verdict_within = std::nullopt) {
  WaitingOrder waiting;
  waiting.number = OrderNumber{number};
  waiting.shop = ShopId{1};
  waiting.received_at = opening + number * 1s;
  waiting.timing = {urgency, verdict_within, std::nullopt};
  return waiting;
}

std::vector<std::uint64_t> pop_all(AuthorizationQueue& queue) {
  std::vector<WaitingOrder> out;
  queue.pop(1'000, now, out);
  std::vector<std::uint64_t> numbers;
  for (const WaitingOrder& each : out) numbers.push_back(each.number.value);
  return numbers;
}

using Numbers = std::vector<std::uint64_t>;

TEST(OrderTiming, KeepsWhatItIsTold) {
  EXPECT_TRUE(OrderTiming().is_plain());
  const OrderTiming timing(Urgency::high, 5ms, 1min);
  EXPECT_EQ(timing.urgency(), Urgency::high);
  EXPECT_EQ(timing.verdict_within(), 5ms);
  EXPECT_EQ(timing.expected_within(), 1min);
  EXPECT_FALSE(timing.is_plain());
  EXPECT_EQ(OrderTiming::unpacked(timing.packed()), timing);
  EXPECT_TRUE(OrderTiming(Urgency::normal, std::nullopt, 1min).is_plain());
  EXPECT_EQ(OrderTiming(Urgency::normal, -5s, std::nullopt).verdict_within(), 1ms) << "at once";
  EXPECT_EQ(OrderTiming(Urgency::normal, 24h * 365, std::nullopt).verdict_within(),
            milliseconds(INT32_MAX));
  EXPECT_EQ(OrderTiming(Urgency::normal, 24h * 365, std::nullopt).urgency(), Urgency::normal);
}

TEST(Turn, IsThatOfTheEarliestWantedVerdict) {
  AuthorizationQueue queue;
  queue.push(order(1));
  queue.push(order(2, Urgency::normal, 10min));
  queue.push(order(3, Urgency::normal, 1min));
  queue.push(order(4, Urgency::high));
  queue.push(order(5, Urgency::high, 2h));
  queue.push(order(6, Urgency::high, 5min));
  queue.push(order(7));
  queue.push(order(8, Urgency::normal, 2h));
  EXPECT_EQ(queue.size(), 8U);
  EXPECT_EQ(queue.ready(now), 8U);
  EXPECT_EQ(pop_all(queue), (Numbers{6, 4, 5, 3, 2, 1, 7, 8}));
}

TEST(Turn, IsByTheNumberAmongThoseDueAtTheSameTime) {
  AuthorizationQueue queue;
  for (std::uint64_t number = 1; number <= 9; ++number) {
    WaitingOrder each = order(number, number % 2 == 0 ? Urgency::high : Urgency::normal);
    each.received_at = opening - (number % 2 == 0 ? 0min : Duration(limits::verdict_unspoken));
    queue.push(each);
  }
  EXPECT_EQ(pop_all(queue), (Numbers{1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

// A shop sends an urgent order a second, and an order a second leaves.
TEST(Turn, LetsNobodyWaitForEverBehindUrgentOrders) {
  const struct {
    std::optional<milliseconds> verdict;
    Duration most;
  } cases[] = {{std::nullopt, limits::verdict_unspoken}, {1ms, 2 * limits::verdict_unspoken}};
  for (const auto& one : cases) {
    AuthorizationQueue queue;
    queue.push(order(1));
    queue.push(order(2, Urgency::high, one.verdict));
    std::vector<WaitingOrder> out;
    std::uint64_t newest = 2;
    while (out.empty() || out.back().number != OrderNumber{1}) {
      queue.push(order(++newest, Urgency::high, one.verdict));
      queue.pop(1, now, out);
    }
    const Duration waited = (newest - 1) * 1s;
    EXPECT_GT(waited, one.most - 10s) << "urgent orders go first";
    EXPECT_LT(waited, one.most + 10s);
  }
}

TEST(PriorityLine, TakesOutWhatIsWanted) {
  PriorityLine line;
  for (std::uint64_t number = 1; number <= 5; ++number)
    line.push(order(number, Urgency::high, milliseconds(number * 2'000)));
  EXPECT_EQ(line.oldest().number, OrderNumber{1});
  ASSERT_TRUE(line.take(OrderNumber{1}));
  ASSERT_TRUE(line.take(OrderNumber{4}));
  EXPECT_FALSE(line.take(OrderNumber{4})) << "it is out already";
  EXPECT_FALSE(line.take(OrderNumber{9})) << "it never was here";
  EXPECT_EQ(line.oldest().number, OrderNumber{2});
  EXPECT_EQ(line.size(), 3U);
  for (const std::uint64_t number : {2, 3, 5}) {
    EXPECT_EQ(line.front().number, OrderNumber{number});
    EXPECT_EQ(line.pop().number, OrderNumber{number});
  }
  EXPECT_TRUE(line.empty());
}

TEST(OrderLine, FindsWhatIsThereWhateverHasLeft) {
  OrderLine line;
  for (std::uint64_t number = 1; number <= 1'000; ++number) line.push(order(number));
  for (std::uint64_t number = 2; number < 1'000; ++number) {
    if (number % 10 == 0) continue;
    ASSERT_EQ(line.take(OrderNumber{number})->number, OrderNumber{number});
    ASSERT_FALSE(line.has(OrderNumber{number}));
  }
  EXPECT_EQ(line.size(), 101U);
  EXPECT_EQ(line.pop().number, OrderNumber{1});
  for (std::uint64_t number = 10; number <= 1'000; number += 10) {
    ASSERT_TRUE(line.has(OrderNumber{number}));
    ASSERT_EQ(line.pop().number, OrderNumber{number});
  }
  EXPECT_TRUE(line.empty());
}

}  // namespace
}  // namespace spillway
