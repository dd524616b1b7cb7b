// One issuer that does not answer, beside others that do: the whole first system in virtual time.
#include <algorithm>

#include <gtest/gtest.h>

#include "actors/base/log.hpp"
#include "engine/pacing/limits.hpp"
#include "tests/simulation/scene.hpp"

namespace spillway::simulation {
namespace {

constexpr auto dead_card = "4000000000000119";
constexpr auto well_card = "4242424242424242";
constexpr auto neighbour_card = "4000000000000002";  // of the range of the dead one

// Amounts tell a relay centre of the simulation whose card it sees.
class IssuerScene {
 public:
  explicit IssuerScene(double per_second)
      : scene([per_second](actors::RelaySettings& relay) {
          relay.pacing = {.kind = PacingKind::paced, .per_second = per_second};
        }) {
    actors::set_log_level(actors::LogLevel::error);
    scene.relay().decides = [this](const net::RelayRequest& request) {
      const auto found = is_dead_.find(request.amount.minor_units);
      const bool away = found != is_dead_.end() && found->second && away_;
      return ResponseCode(away ? "91" : "00");
    };
  }

  // So many a second for a while, each seventh for the issuer that is away.
  void order(int per_second, Duration time, const char* healthy_card = well_card) {
    const auto count = time / 1s * per_second;
    for (std::int64_t i = 0; i < count; ++i) {
      scene.world().after(i * Duration(1s) / per_second, [this, i, healthy_card] {
        const bool dead = i % 7 == 6;
        is_dead_[next_amount_++] = dead;
        (dead ? dead_ : healthy_).push_back(scene.order(dead ? dead_card : healthy_card));
      });
    }
    scene.run_for(time);
  }

  double share_of_healthy_within(Duration time) const {
    const auto in_time = std::ranges::count_if(
        healthy_, [&](std::size_t wish) { return authorized_within(wish, time); });
    return static_cast<double>(in_time) / static_cast<double>(healthy_.size());
  }
  bool all_dead_are_authorized() const {
    return std::ranges::all_of(
        dead_, [this](std::size_t wish) { return scene.state(wish).status == Status::authorized; });
  }
  void issuer_answers() { away_ = false; }

  Scene scene;

 private:
  bool authorized_within(std::size_t wish, Duration time) const {
    const OrderState& state = scene.state(wish);
    return state.status == Status::authorized &&
           state.history.back().at - state.history.front().at <= time;
  }

  std::int64_t next_amount_ = 1000;  // as the scene counts
  bool away_ = true;
  std::map<std::int64_t, bool> is_dead_;  // by amount
  std::vector<std::size_t> dead_;
  std::vector<std::size_t> healthy_;
};

TEST(Issuers, OneThatIsAwayDoesNotHoldUpTheOrdersOfOthers) {
  IssuerScene run(50);
  run.order(18, 180s);
  EXPECT_GE(run.share_of_healthy_within(5s), 0.95);
  EXPECT_EQ(run.scene.metrics().rate_millihertz.value(), 50'000);
  EXPECT_EQ(run.scene.metrics().issuers_away.value(), 1);
  const auto requests = run.scene.metrics().requests[1].value();
  EXPECT_LE(requests, 180U * 18U * 7 / 6) << "no permits for the dead one's repeats";
}

TEST(Issuers, OneThatIsAwayDoesNotHoldUpOthersWhereThePaceIsHardlyEnough) {
  IssuerScene run(17);
  run.order(18, 180s);
  EXPECT_GE(run.share_of_healthy_within(5s), 0.95);
}

TEST(Issuers, OneThatIsAwayDoesNotHoldUpCardsThatShareItsRange) {
  IssuerScene run(50);
  run.order(18, 180s, neighbour_card);
  EXPECT_GE(run.share_of_healthy_within(5s), 0.95);
}

TEST(Issuers, OneThatComesBackIsServedInSeconds) {
  IssuerScene run(50);
  run.order(18, 120s);
  run.issuer_answers();
  EXPECT_FALSE(run.all_dead_are_authorized());
  run.scene.run_for(limits::issuer_retry_max + 12s);  // 300 of them wait, at 50 a second
  EXPECT_TRUE(run.all_dead_are_authorized());
}

TEST(Issuers, OneThatIsAwayIsBornAlsoOverARestart) {
  IssuerScene run(50);
  run.order(18, 60s);
  run.scene.restart();
  run.order(18, 60s);
  EXPECT_GE(run.share_of_healthy_within(5s), 0.95);
  run.issuer_answers();
  run.scene.run_for(30s);
  EXPECT_TRUE(run.all_dead_are_authorized());
}

// Four cards that are told to come back in the quiet say nothing about what a centre bears.
TEST(Issuers, AFewInTheQuietDoNotHoldUpABurst) {
  Scene scene;
  int asked = 0;
  scene.relay().decides = [&](const auto&) { return ResponseCode(++asked <= 4 ? "96" : "00"); };
  for (int i = 0; i < 4; ++i) scene.order(dead_card);
  scene.run_for(60s);
  std::size_t last = 0;
  for (int i = 0; i < 500; ++i) last = scene.order(well_card);
  scene.run_for(5s);
  EXPECT_EQ(scene.state(last).status, Status::authorized);
}

// A backlog that waits for the night goes in it, whatever the rate was when the last one ended.
TEST(Issuers, ARateThatFellBeforeItsWindowShutIsBackWhenItOpens) {
  Scene scene([](actors::RelaySettings& relay) {
    relay.answer_time_max = 1s;
    relay.late_window = 2s;
    relay.pacing.kind = PacingKind::window;  // the run begins at 20:26:40
    relay.pacing.window = {.from = 20h + 20min, .to = 20h + 28min};
  });
  bool silent = true;
  scene.relay().swallows = [&](const net::RelayRequest& request) {
    return silent && request.message == net::RelayMessage::authorization;
  };
  for (int i = 0; i < 20; ++i) scene.order();
  scene.run_for(2min);
  EXPECT_GT(scene.metrics().rate_decreases[0].value(), 0U);
  silent = false;
  std::size_t last = 0;
  for (int i = 0; i < 300; ++i) last = scene.order();
  scene.run_for(23h + 51min + 20s - 1s);
  EXPECT_EQ(scene.state(last).status, Status::received);
  scene.run_for(20s);
  EXPECT_EQ(scene.state(last).status, Status::authorized);
}

}  // namespace
}  // namespace spillway::simulation
