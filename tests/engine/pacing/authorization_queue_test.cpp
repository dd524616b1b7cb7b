#include "engine/pacing/authorization_queue.hpp"

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
  EXPECT_EQ(queue.next_due(start), start + 5s);
  EXPECT_EQ(queue.size(), 4U);
  EXPECT_EQ(queue.ready(start), 2U);
  EXPECT_EQ(pop(queue, 1, start + 5s - 1ns), (Numbers{10}));
  EXPECT_EQ(queue.ready(start + 5s), 2U);
  EXPECT_EQ(pop(queue, 2, start + 5s), (Numbers{2, 11}));
  EXPECT_EQ(pop(queue, 2, start + 8s), Numbers{});
  EXPECT_EQ(pop(queue, 2, start + 9s), (Numbers{1}));
  EXPECT_EQ(queue.next_due(start), std::nullopt);
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
class SlowQueue {
 public:
  void push(const WaitingOrder& order, MonotonicTime from) { all_.push_back({order, from}); }
  bool withdraw(OrderNumber number) {
    return std::erase_if(all_, [&](const Entry& e) { return e.order.number == number; }) == 1;
  }
  OrderNumber pop(MonotonicTime now) {
    const auto first = std::ranges::min_element(all_, {}, [&](const Entry& entry) {
      return std::pair(entry.from > now, turn_of(entry.order));
    });
    const OrderNumber number = first->order.number;
    all_.erase(first);
    return number;
  }
  std::size_t size() const { return all_.size(); }
  std::size_t ready(MonotonicTime now) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(all_, [&](const Entry& entry) { return entry.from <= now; }));
  }
  std::optional<Timestamp> oldest_received() const {
    std::optional<Timestamp> oldest;
    for (const Entry& entry : all_)
      if (entry.from == MonotonicTime{} && (!oldest || entry.order.received_at < *oldest))
        oldest = entry.order.received_at;
    return oldest;
  }

 private:
  struct Entry {
    WaitingOrder order;
    MonotonicTime from;
  };
  std::vector<Entry> all_;
};

OrderTiming random_timing(std::mt19937_64& random) {
  if (random() % 2 == 0) return {};
  std::optional<std::chrono::milliseconds> verdict;
  if (random() % 2 == 0) verdict = std::chrono::milliseconds(random() % 4'000'000);
  return {random() % 3 == 0 ? Urgency::high : Urgency::normal, verdict, std::nullopt};
}

TEST(AuthorizationQueue, AgreesWithASlowOne) {
  std::mt19937_64 random(7);
  AuthorizationQueue queue;
  SlowQueue slow;
  std::uint64_t number = 0;
  MonotonicTime now = start;
  std::vector<WaitingOrder> given;
  for (int step = 0; step < 50'000; ++step) {
    now += std::chrono::milliseconds(random() % 3);
    const auto choice = random() % 8;
    if (choice < 4) {
      number += 1 + random() % 3;
      WaitingOrder order = waiting(number);
      order.timing = random_timing(random);
      queue.push(order);
      slow.push(order, {});
    } else if (choice < 7) {
      given.clear();
      const std::size_t count = random() % 4;
      ASSERT_EQ(queue.pop(count, now, given), std::min(count, slow.ready(now)));
      for (const WaitingOrder& order : given) ASSERT_EQ(order.number, slow.pop(now));
      for (const WaitingOrder& order : given) {
        if (random() % 3 != 0) continue;
        const MonotonicTime due = now + std::chrono::milliseconds(1 + random() % 50);
        queue.push_later(order, due);
        slow.push(order, due);
      }
    } else if (number > 0) {
      const OrderNumber n{number > 400 ? number - random() % 400 : 1 + random() % number};
      ASSERT_EQ(queue.withdraw(n), slow.withdraw(n)) << n.value;
    }
    ASSERT_EQ(queue.size(), slow.size());
    ASSERT_EQ(queue.ready(now), slow.ready(now));
    ASSERT_EQ(queue.oldest_received(), slow.oldest_received());
  }
}

TEST(AuthorizationQueueDeathTest, TakesNumbersOnlyAsTheyIncrease) {
  AuthorizationQueue queue;
  queue.push(waiting(5));
  EXPECT_DEATH(queue.push(waiting(5)), "before an older one");
}

}  // namespace
}  // namespace spillway
