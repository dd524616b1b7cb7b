#include "engine/authorization_queue.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace spillway {
namespace {

using namespace std::chrono_literals;

const MonotonicTime start{1h};

WaitingOrder waiting(std::uint64_t number) {
  WaitingOrder order;
  order.number = OrderNumber{number};
  order.shop = ShopId{1};
  order.received_at = Timestamp(std::chrono::seconds(number));
  return order;
}

std::vector<std::uint64_t> pop(AuthorizationQueue& queue, std::size_t count,
                               MonotonicTime now = start) {
  std::vector<WaitingOrder> out;
  const std::size_t popped = queue.pop(count, now, out);
  EXPECT_EQ(popped, out.size());
  std::vector<std::uint64_t> numbers;
  for (const WaitingOrder& order : out) numbers.push_back(order.number.value);
  return numbers;
}

using Numbers = std::vector<std::uint64_t>;

TEST(AuthorizationQueue, GivesTheOldestFirst) {
  AuthorizationQueue queue;
  for (const std::uint64_t number : {3, 5, 9, 12}) queue.push(waiting(number));
  EXPECT_EQ(queue.oldest_received(), Timestamp(3s));
  EXPECT_EQ(pop(queue, 2), (Numbers{3, 5}));
  EXPECT_EQ(pop(queue, 9), (Numbers{9, 12}));
  EXPECT_EQ(pop(queue, 9), Numbers{});
  EXPECT_EQ(queue.oldest_received(), std::nullopt);
}

TEST(AuthorizationQueue, GivesAWithdrawnOrdersPlaceBack) {
  ShopGate gate;
  gate.set_limits({.open_orders = 9});
  AuthorizationQueue queue;
  for (const std::uint64_t number : {1, 2, 3}) {
    WaitingOrder order = waiting(number);
    order.place = &gate;
    ASSERT_TRUE(gate.take_place());
    queue.push(order);
  }
  EXPECT_TRUE(queue.withdraw(OrderNumber{2}));
  EXPECT_FALSE(queue.withdraw(OrderNumber{2}));
  EXPECT_EQ(gate.places_taken(), 2);
  std::vector<WaitingOrder> out;
  EXPECT_EQ(queue.pop(9, start, out), 2U);
  for (WaitingOrder& order : out) {
    order.give_place_back();
    order.give_place_back();  // once is all
  }
  EXPECT_EQ(gate.places_taken(), 0);
}

TEST(AuthorizationQueue, GivesWhatComesBackWhenItsTimeHasComeAndBeforeNewerOnes) {
  AuthorizationQueue queue;
  queue.push(waiting(10));
  queue.push(waiting(11));
  queue.push_later(waiting(2), start + 5s);
  queue.push_later(waiting(1), start + 9s);
  EXPECT_EQ(queue.next_due(), start + 5s);
  EXPECT_EQ(queue.size(), 4U);
  EXPECT_EQ(queue.ready(start), 2U);
  EXPECT_EQ(pop(queue, 1, start + 5s - 1ns), (Numbers{10}));
  EXPECT_EQ(queue.ready(start + 5s), 2U);
  EXPECT_EQ(pop(queue, 2, start + 5s), (Numbers{2, 11}));
  EXPECT_EQ(pop(queue, 2, start + 8s), Numbers{});
  EXPECT_EQ(pop(queue, 2, start + 9s), (Numbers{1}));
  EXPECT_EQ(queue.next_due(), std::nullopt);
}

TEST(AuthorizationQueue, TakesOutWhatIsWithdrawn) {
  AuthorizationQueue queue;
  for (std::uint64_t number = 1; number <= 6; ++number) queue.push(waiting(number));
  queue.push_later(waiting(20), start + 1s);
  EXPECT_TRUE(queue.withdraw(OrderNumber{3}));
  EXPECT_FALSE(queue.withdraw(OrderNumber{3})) << "it is out already";
  EXPECT_FALSE(queue.withdraw(OrderNumber{7})) << "it never was here";
  EXPECT_TRUE(queue.withdraw(OrderNumber{1}));
  EXPECT_EQ(queue.oldest_received(), Timestamp(2s));
  EXPECT_TRUE(queue.withdraw(OrderNumber{2}));
  EXPECT_EQ(queue.oldest_received(), Timestamp(4s));
  EXPECT_TRUE(queue.withdraw(OrderNumber{20}));
  EXPECT_EQ(queue.size(), 3U);
  EXPECT_EQ(pop(queue, 9, start + 1s), (Numbers{4, 5, 6}));
  EXPECT_FALSE(queue.withdraw(OrderNumber{4})) << "it was given away";
}

// Beside a list that is searched from end to end.
TEST(AuthorizationQueue, AgreesWithASlowOne) {
  std::mt19937_64 random(7);
  AuthorizationQueue queue;
  std::vector<std::uint64_t> line;
  std::vector<std::pair<MonotonicTime, std::uint64_t>> later;
  std::uint64_t number = 0;
  MonotonicTime now = start;
  for (int step = 0; step < 50'000; ++step) {
    now += std::chrono::milliseconds(random() % 3);
    const auto choice = random() % 8;
    if (choice < 3) {
      number += 1 + random() % 3;
      queue.push(waiting(number));
      line.push_back(number);
    } else if (choice < 5) {
      const Numbers given = pop(queue, random() % 4, now);
      for (const std::uint64_t n : given) {
        if (!later.empty() && later.front().first <= now) {
          ASSERT_EQ(later.front().second, n);
          later.erase(later.begin());
        } else {
          ASSERT_EQ(line.front(), n);
          line.erase(line.begin());
        }
      }
      for (const std::uint64_t n : given) {
        if (n % 3 != 0) continue;
        const MonotonicTime due = now + std::chrono::milliseconds(random() % 50);
        queue.push_later(waiting(n), due);
        later.emplace_back(due, n);
      }
      std::sort(later.begin(), later.end());
    } else if (number > 0) {
      const std::uint64_t n = number > 40 ? number - random() % 40 : 1 + random() % number;
      const auto erased =
          std::erase(line, n) + std::erase_if(later, [&](const auto& l) { return l.second == n; });
      ASSERT_EQ(queue.withdraw(OrderNumber{n}), erased == 1) << n;
    }
    const auto due = static_cast<std::size_t>(
        std::count_if(later.begin(), later.end(), [&](const auto& l) { return l.first <= now; }));
    ASSERT_EQ(queue.size(), line.size() + later.size());
    ASSERT_EQ(queue.ready(now), line.size() + due);
  }
}

TEST(AuthorizationQueueDeathTest, TakesNumbersOnlyAsTheyIncrease) {
  AuthorizationQueue queue;
  queue.push(waiting(5));
  EXPECT_DEATH(queue.push(waiting(5)), "before an older one");
}

}  // namespace
}  // namespace spillway
