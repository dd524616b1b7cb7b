#include "net/stream/event_loop.hpp"

#include <future>
#include <numeric>

#include <gtest/gtest.h>
#include <unistd.h>

namespace spillway::net {
namespace {

TEST(EventLoop, RunsTasksInTheOrderTheyWerePosted) {
  EventLoop loop("test");
  std::vector<int> seen;
  for (int i = 0; i < 1000; ++i) loop.post([&seen, i] { seen.push_back(i); });
  loop.run_and_wait([] {});
  std::vector<int> expected(1000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(seen, expected);
}

TEST(EventLoop, LosesNoTaskOfManyThreads) {
  EventLoop loop("test");
  int count = 0;  // touched on the loop's thread only
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) loop.post([&count] { ++count; });
    });
  }
  for (auto& thread : threads) thread.join();
  loop.run_and_wait([&] { EXPECT_EQ(count, 40'000); });
}

TEST(EventLoop, RunsWhatATaskPosts) {
  EventLoop loop("test");
  std::promise<void> done;
  loop.post([&] { loop.post([&] { done.set_value(); }); });
  EXPECT_EQ(done.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST(EventLoop, SurvivesAWriteToAPeerThatWentAway) {
  EventLoop loop("test");
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  loop.run_and_wait([&] {
    EXPECT_EQ(::write(ends[1], "x", 1), -1);
    EXPECT_EQ(errno, EPIPE);
  });
  ::close(ends[1]);
}

}  // namespace
}  // namespace spillway::net
