// How the sandbox relay centre fails.
#include <algorithm>
#include <map>
#include <thread>

#include <gtest/gtest.h>

#include "tests/sandbox/relay_centre_fixture.hpp"

namespace spillway::sandbox {
namespace {

TEST_F(RelayCentreTest, LosesRequestsAndAnswers) {
  options_.faults.lost = 1;
  start();
  std::vector<RelayRequest> requests;
  for (std::uint64_t order = 1; order <= 200; ++order) requests.push_back(request(order));
  connection_->send(std::move(requests));
  const auto deadline = std::chrono::steady_clock::now() + net::patience;
  while (centre_->counts().authorizations < 200 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_TRUE(recorder_.replies().empty());
  EXPECT_GT(centre_->all_live().size(), 50U) << "of some the answer was lost";
  EXPECT_LT(centre_->all_live().size(), 150U) << "of others the request";
}

TEST_F(RelayCentreTest, DropsLines) {
  options_.faults.drop = 1;
  start();
  for (std::size_t times = 1; times <= 5; ++times) {
    connection_->send({request(times)});
    ASSERT_TRUE(recorder_.wait_for_losses(times));
    EXPECT_EQ(recorder_.losses().back(), LineLoss::closed);
    ASSERT_TRUE(recorder_.wait_for_ups(times + 1));
  }
  EXPECT_TRUE(recorder_.replies().empty());
}

TEST_F(RelayCentreTest, AnswersWithGarbage) {
  options_.faults.garbage = 1;
  start();
  connection_->send({request(1)});
  ASSERT_TRUE(recorder_.wait_for_losses(1));
  EXPECT_EQ(recorder_.losses()[0], LineLoss::closed);
  ASSERT_TRUE(recorder_.wait_for_ups(2));
}

TEST_F(RelayCentreTest, AnswersLateAndTwice) {
  options_.late_by = 20ms;
  options_.faults.late = 0.5;
  options_.faults.twice = 0.5;
  start();
  std::vector<RelayRequest> requests;
  for (std::uint64_t order = 1; order <= 200; ++order) requests.push_back(request(order));
  connection_->send(std::move(requests));
  ASSERT_TRUE(recorder_.wait_for_replies(250));
  std::map<std::string_view, int> times;
  const auto replies = recorder_.replies();
  for (const RelayReply& reply : replies) ++times[reply.reference.view()];
  const auto twice = std::ranges::count_if(times, [](const auto& t) { return t.second == 2; });
  EXPECT_GT(twice, 50);
  EXPECT_LT(twice, 150);
}

TEST_F(RelayCentreTest, RunsTheSameFromTheSameSeed) {
  std::vector<std::vector<std::string>> runs;
  for (const std::uint64_t seed : {7U, 7U, 8U}) {
    options_.seed = seed;
    options_.port = 0;
    options_.faults.lost = 0.3;
    RelayCentre centre(centre_loop_, options_);
    const auto port = centre.start();
    ASSERT_TRUE(port);
    LineRecorder recorder;
    net::Iso8583Connection line(line_loop_, net::options_for(*port), seal_);
    line.start(recorder);
    ASSERT_TRUE(recorder.wait_for_ups(1));
    std::vector<RelayRequest> requests;
    for (std::uint64_t order = 1; order <= 100; ++order) requests.push_back(request(order));
    line.send(std::move(requests));
    const auto deadline = std::chrono::steady_clock::now() + net::patience;
    while (centre.counts().authorizations < 100 && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    std::vector<std::string> live;
    for (const auto& one : centre.all_live()) live.emplace_back(one.reference.view());
    std::ranges::sort(live);
    runs.push_back(live);
  }
  EXPECT_EQ(runs[0], runs[1]);
  EXPECT_NE(runs[0], runs[2]);
}

}  // namespace
}  // namespace spillway::sandbox
