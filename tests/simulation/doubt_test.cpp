// The corners of what is in doubt: the late window, restarts in it, and approvals that come after
// all.
#include <algorithm>

#include <gtest/gtest.h>

#include "actors/base/log.hpp"
#include "tests/simulation/scene.hpp"

namespace spillway::simulation {
namespace {

constexpr Duration late_window = 10s;

bool is_reversal(const net::RelayRequest& request) {
  return request.message == net::RelayMessage::reversal ||
         request.message == net::RelayMessage::reversal_repeat;
}

class DoubtTest : public testing::Test {
 protected:
  DoubtTest()
      : scene([](actors::RelaySettings& relay) {
          relay.answer_time_max = 1s;
          relay.late_window = late_window;
        }) {
    actors::set_log_level(actors::LogLevel::error);
    scene.relay().loses = [this](const net::RelayRequest& request) {
      seen.push_back(request);
      return loses && !is_reversal(request);
    };
    scene.relay().swallows = [this](const net::RelayRequest& request) {
      return is_reversal(request) ? swallows_reversals : swallows;
    };
  }

  template <class F>
  std::vector<std::pair<Timestamp, F>> facts(std::size_t wish) {
    std::vector<std::pair<Timestamp, F>> found;
    const MemoryJournal& journal = scene.system().journal();
    for (std::uint64_t n = 1; n <= journal.last().value; ++n) {
      const Event event = journal.ever(RecordNumber{n}).event;
      const F* const fact = std::get_if<F>(&event.fact);
      if (fact != nullptr && event.order == scene.number(wish)) found.emplace_back(event.at, *fact);
    }
    return found;
  }
  template <class F>
  bool until(std::size_t wish, std::size_t count = 1) {
    return scene.run_until([&] { return facts<F>(wish).size() >= count; });
  }

  // The answer that was swallowed, as it was.
  void tell(const Reference& reference, const ResponseCode& code, bool to_reversal = false,
            std::uint32_t trace = 0) {
    net::RelayReply reply;
    reply.to_reversal = to_reversal;
    reply.reference = reference;
    reply.trace = trace;
    reply.code = code;
    if (code == "00" && !to_reversal) reply.approval_code = "A00001";
    scene.relay().tell(reply);
    scene.run_for(100ms);
  }

  std::size_t reversals_of(const Reference& reference) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(seen, [&](const net::RelayRequest& request) {
          return is_reversal(request) && request.reference == reference;
        }));
  }

  bool loses = false;  // what is not a reversal
  bool swallows = false;
  bool swallows_reversals = false;
  std::vector<net::RelayRequest> seen;
  Scene scene;
};

TEST_F(DoubtTest, NothingFoundToReverseSettlesNothingWithinTheLateWindow) {
  loses = true;
  const std::size_t order = scene.order();
  ASSERT_TRUE(until<Reversed>(order));
  const auto [decided, decision] = facts<ReversalDecided>(order).front();
  const auto [reversed, reversal] = facts<Reversed>(order).front();
  EXPECT_EQ(reversal.code, "25");
  EXPECT_GE(reversed - decided, late_window);
  EXPECT_LE(reversed - decided, late_window + 1min);
}

TEST_F(DoubtTest, TheLateWindowBeginsAnewWithARestart) {
  loses = true;
  const std::size_t order = scene.order();
  ASSERT_TRUE(until<ReversalDecided>(order));
  scene.run_for(late_window - 1s);
  const Timestamp restarted = scene.world().civil_now();
  scene.restart();
  ASSERT_TRUE(until<Reversed>(order));
  EXPECT_GE(facts<Reversed>(order).front().first - restarted, late_window);
}

TEST_F(DoubtTest, NothingFoundThatWasAskedWithinTheWindowSettlesNothingAfterIt) {
  loses = swallows_reversals = true;
  const std::size_t order = scene.order();
  ASSERT_TRUE(until<ReversalDecided>(order));
  scene.run_for(100ms);
  const net::RelayRequest asked = seen.back();
  ASSERT_TRUE(is_reversal(asked));
  scene.run_for(3 * late_window);
  tell(asked.reference, "25", true, asked.trace);
  EXPECT_TRUE(facts<Reversed>(order).empty());
  swallows_reversals = false;
  EXPECT_TRUE(until<Reversed>(order));
}

// "Reversed" is an answer at any time: something stood there, and stands no more.
TEST_F(DoubtTest, AReversalThatFoundSomethingSettlesAtOnce) {
  swallows = true;
  const std::size_t order = scene.order();
  ASSERT_TRUE(until<Reversed>(order));
  EXPECT_LT(facts<Reversed>(order).front().first - facts<ReversalDecided>(order).front().first, 1s);
}

TEST_F(DoubtTest, AnOpenReversalComesBackAfterARestartBesideALastDoubt) {
  swallows = true;
  const std::size_t order = scene.order();
  ASSERT_TRUE(until<Sent>(order, 2));
  const Reference first = facts<Sent>(order).front().second.reference;
  swallows_reversals = true;
  tell(first, "00");
  ASSERT_EQ(scene.state(order).open_reversals.size(), 1U);
  ASSERT_TRUE(until<FellInDoubt>(order, 2));
  scene.run_for(100ms);
  scene.restart();
  const std::size_t before = reversals_of(first);
  scene.run_for(5s);
  EXPECT_GT(reversals_of(first), before);
  EXPECT_FALSE(scene.state(order).open_reversals.empty());
  swallows = swallows_reversals = false;
  ASSERT_TRUE(scene.run_until([&] { return at_rest(scene.state(order)); }));
  EXPECT_EQ(scene.state(order).status, Status::authorized);
}

TEST_F(DoubtTest, AnOpenReversalOfAnOrderThatHasItsOutcomeComesBackAfterARestart) {
  swallows = true;
  const std::size_t order = scene.order();
  ASSERT_TRUE(until<Sent>(order, 2));
  const Reference first = facts<Sent>(order).front().second.reference;
  swallows = false;
  tell(facts<Sent>(order).back().second.reference, "00");
  ASSERT_TRUE(scene.run_until([&] { return is_closed(scene.state(order)); }));
  swallows_reversals = true;
  tell(first, "00");
  ASSERT_EQ(scene.state(order).open_reversals.size(), 1U) << "closed, projected, and opened again";
  scene.restart();
  const std::size_t before = reversals_of(first);
  scene.run_for(5s);
  EXPECT_GT(reversals_of(first), before);
  swallows_reversals = false;
  ASSERT_TRUE(scene.run_until([&] { return is_closed(scene.state(order)); }));
  EXPECT_EQ(scene.state(order).status, Status::authorized);
}

}  // namespace
}  // namespace spillway::simulation
