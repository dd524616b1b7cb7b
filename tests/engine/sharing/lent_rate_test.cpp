#include "engine/sharing/lent_rate.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace spillway {
namespace {

using namespace std::chrono_literals;

MonotonicTime at(double seconds) {
  return MonotonicTime{} + std::chrono::duration_cast<std::chrono::nanoseconds>(
                               std::chrono::duration<double>(seconds));
}

// What each holder goes by, when all do at once as they are told.
class Lines {
 public:
  explicit Lines(double per_second) : rate_(per_second, at(0)) {}

  void tell(MonotonicTime now) {
    for (const LentRate::Part& part : rate_.changes(now)) {
      parts[part.holder] = part.per_second;
      rate_.goes_by(part.holder, part.per_second, now);
    }
  }
  // Until nothing moves any more; seconds from 1,000 s on.
  void settle() {
    for (double t = 0; t < 5; t += 0.1) tell(at(now_ += 0.1));
    EXPECT_TRUE(rate_.settled());
  }
  LentRate& rate() { return rate_; }
  MonotonicTime now() const { return at(now_); }

  std::map<LentRate::Holder, double> parts;

 private:
  LentRate rate_;
  double now_ = 1'000;
};

TEST(LentRate, IsAllOfTheOwnLinesWhereThereIsNoNode) {
  Lines lines(12.5);
  lines.settle();
  EXPECT_EQ(lines.parts, (std::map<LentRate::Holder, double>{{0, 12.5}}));
}

TEST(LentRate, LendsNothingWhileAnEarlierLifesNodesMaySend) {
  LentRate rate(10, at(5));
  EXPECT_TRUE(rate.changes(at(4.9)).empty());
  ASSERT_EQ(rate.changes(at(5)).size(), 1U);
}

TEST(LentRate, IsSplitByNeed) {
  struct Case {
    const char* what;
    double per_second;
    std::vector<LentRate::Need> needs;
    bool waiting;
    std::map<LentRate::Holder, double> parts;
  };
  const Case cases[] = {
      {"idle lines share", 90, {{0, 0}, {1, 0}, {2, 0}}, false, {{0, 30}, {1, 30}, {2, 30}}},
      {"a line that bears less leaves the rest",
       100,
       {{0, 100}, {1, 7.2}},
       true,
       {{0, 90}, {1, 10}}},
      {"a line that finishes needs one", 100, {{0, 100}, {1, 5, true}}, true, {{0, 99}, {1, 1}}},
      {"a part of a request stays here",
       3.5,
       {{0, 0}, {1, 0}, {2, 0}},
       false,
       {{0, 1.5}, {1, 1}, {2, 1}}},
      {"less than two is lent to nobody", 1.5, {{0, 0}, {1, 0}}, false, {{0, 1.5}}},
      {"nodes have it all where the own line sends nothing",
       5.5,
       {{1, 0}, {2, 0}},
       false,
       {{0, 0}, {1, 3.5}, {2, 2}}},
  };
  for (const Case& c : cases) {
    Lines lines(c.per_second);
    lines.settle();
    for (int round = 0; round < 8; ++round) {
      lines.rate().choose(c.needs, c.waiting);
      lines.settle();
    }
    EXPECT_EQ(lines.parts, c.parts) << c.what;
  }
}

TEST(LentRate, MovesWhatWasTakenBackOnlyAfterASecond) {
  Lines lines(10);
  lines.settle();
  LentRate& rate = lines.rate();
  const MonotonicTime began = lines.now();
  rate.choose(std::vector<LentRate::Need>{{0, 0}, {1, 0}}, false);
  const auto lowered = rate.changes(began);
  ASSERT_EQ(lowered.size(), 1U);
  EXPECT_EQ(lowered[0].holder, LentRate::own);
  EXPECT_EQ(lowered[0].per_second, 5);
  EXPECT_TRUE(rate.changes(began + 5s).empty()) << "it is not known to go by it";
  rate.goes_by(LentRate::own, 5, began + 5s);
  EXPECT_TRUE(rate.changes(began + 5999ms).empty());
  const auto raised = rate.changes(began + 6s);
  ASSERT_EQ(raised.size(), 1U);
  EXPECT_EQ(raised[0].holder, 1U);
  EXPECT_EQ(raised[0].per_second, 5);
}

TEST(LentRate, CountsTheLostUntilTheyAreSurelyGoneAndASecondMore) {
  Lines lines(10);
  lines.settle();
  lines.rate().choose(std::vector<LentRate::Need>{{0, 0}, {1, 0}}, false);
  lines.settle();
  ASSERT_EQ(lines.parts.at(1), 5);
  lines.rate().choose(std::vector<LentRate::Need>{{0, 0}}, false);
  const MonotonicTime lost = lines.now();
  EXPECT_EQ(lines.rate().changes(lost).size(), 1U) << "it is told to stop";
  EXPECT_TRUE(lines.rate().changes(lost + 60s).empty());
  lines.rate().gone(1, lost + 60s);
  EXPECT_TRUE(lines.rate().changes(lost + 60'999ms).empty());
  const auto back = lines.rate().changes(lost + 61s);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].per_second, 10);
}

TEST(LentRate, LeavesPartsWhereTheyAreWhileNobodyIsHeldUp) {
  Lines lines(100);
  lines.settle();
  lines.rate().choose(std::vector<LentRate::Need>{{0, 0}, {1, 0}}, false);
  lines.settle();
  lines.rate().choose(std::vector<LentRate::Need>{{0, 40}, {1, 2}}, true);
  EXPECT_TRUE(lines.rate().changes(lines.now()).empty());
  lines.rate().choose(std::vector<LentRate::Need>{{0, 49}, {1, 2}}, true);
  EXPECT_FALSE(lines.rate().changes(lines.now()).empty());
}

// Lines that go by what they were told whenever it suits them, that come, get lost and change
// their minds: in no second may what they were allowed add up to more than the rate.
TEST(LentRate, NeverAddsUpToMoreThanTheRate) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::minstd_rand random(seed);
    const auto pick = [&](unsigned below) { return static_cast<unsigned>(random()) % below; };
    const double per_second = 1 + pick(40) + (pick(2) == 1 ? 0.5 : 0);
    LentRate rate(per_second, at(0));
    std::map<LentRate::Holder, std::vector<std::pair<MonotonicTime, double>>> history;
    std::map<LentRate::Holder, std::vector<double>> on_the_way;
    std::map<LentRate::Holder, double> in_force;
    std::vector<LentRate::Need> needs{{LentRate::own, 0}};
    LentRate::Holder last = 0;
    for (int step = 0; step < 400; ++step) {
      const MonotonicTime now = at(1 + step * 0.05);
      const auto goes_by = [&](LentRate::Holder holder, double part) {
        history[holder].emplace_back(now, part);
        in_force[holder] = part;
      };
      if (pick(20) == 0) needs.push_back({++last, 0});
      if (pick(40) == 0 && needs.size() > 1) {
        const auto lost = needs.begin() + 1 + pick(static_cast<unsigned>(needs.size()) - 1);
        goes_by(lost->holder, 0);
        on_the_way.erase(lost->holder);
        rate.gone(lost->holder, now);
        needs.erase(lost);
      }
      for (LentRate::Need& need : needs) need.used_per_second = pick(20);
      const std::size_t without = needs.size() > 1 && pick(4) == 0 ? 1 : 0;
      if (pick(10) == 0) rate.choose(std::span(needs).subspan(without), pick(2) == 1);
      for (auto& [holder, parts] : on_the_way) {
        if (parts.empty() || pick(4) != 0) continue;
        goes_by(holder, parts.front());
        rate.goes_by(holder, parts.front(), now);
        parts.erase(parts.begin());
      }
      for (const LentRate::Part& part : rate.changes(now))
        on_the_way[part.holder].push_back(part.per_second);
      double sum = 0;
      double in_a_second = 0;
      for (auto& [holder, steps] : history) {
        double most = in_force[holder];
        for (std::size_t i = 0; i < steps.size(); ++i)
          if (i + 1 == steps.size() || now - steps[i + 1].first < 1s)
            most = std::max(most, steps[i].second);
        sum += most;
        in_a_second += std::ceil(most);
      }
      ASSERT_LE(sum, per_second) << "seed " << seed << ", step " << step;
      ASSERT_LE(in_a_second, std::ceil(per_second)) << "seed " << seed << ", step " << step;
    }
  }
}

}  // namespace
}  // namespace spillway
