#include "net/stream/turn_clock.hpp"

#include <future>

#include <gtest/gtest.h>

#include "net/stream/event_loop.hpp"
#include "net/stream/precise_timer.hpp"

namespace spillway::net {
namespace {

TEST(TurnClock, StandsStillWhileTheLoopWorksAndGoesOnWhenItHasSlept) {
  EventLoop loop("turns");
  std::unique_ptr<TurnClock> clock;
  std::unique_ptr<PreciseTimer> timer;
  std::vector<MonotonicTime> seen;
  std::vector<MonotonicTime> real;
  std::promise<void> done;
  loop.run_and_wait([&] {
    clock = std::make_unique<TurnClock>(loop);
    timer = std::make_unique<PreciseTimer>(loop, [&] {
      real.push_back(std::chrono::steady_clock::now());
      seen.push_back(clock->now());
      while (std::chrono::steady_clock::now() <= seen.back()) {
      }
      seen.push_back(clock->now());
      if (seen.size() == 4) return done.set_value();
      timer->start_at(std::chrono::steady_clock::now());
    });
    timer->start_at(std::chrono::steady_clock::now());
  });
  done.get_future().wait();
  loop.run_and_wait([&] {
    timer.reset();
    clock.reset();
  });
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_EQ(seen[2], seen[3]);
  EXPECT_GE(seen[0], real[0]);
  EXPECT_GE(seen[2], real[1]);
}

}  // namespace
}  // namespace spillway::net
