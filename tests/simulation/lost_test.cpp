// An order whose requests are lost with their line, one after the other: it is tried on, and a
// person hears of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "actors/base/log.hpp"
#include "engine/order/limits.hpp"
#include "engine/order/order_attempts.hpp"
#include "tests/simulation/scene.hpp"

namespace spillway::simulation {
namespace {

class LostTest : public testing::Test {
 protected:
  LostTest()
      : scene([](actors::RelaySettings& relay) {
          relay.recognises_repeats = false;
          relay.late_window = 1s;
        }) {
    actors::set_log_level(actors::LogLevel::error);
    // Each request for authorization takes the line with it.
    scene.relay().loses = [this](const net::RelayRequest& request) {
      if (!loses || request.message != net::RelayMessage::authorization) return false;
      scene.world().after(1ms, [this] { scene.relay().go_away(1s); });
      return true;
    };
  }

  std::int64_t before_a_person() { return scene.system().life().metrics().escalated.value(); }
  nlohmann::json cases() {
    scene.run_for(21s);  // until a person has looked
    return nlohmann::json::parse(scene.system().cases().list()).at("cases");
  }
  std::size_t lost_too_often() {
    const std::size_t order = scene.order();
    EXPECT_TRUE(scene.run_until([&] { return is_lost_too_often(scene.state(order)); }));
    EXPECT_EQ(before_a_person(), 1);
    return order;
  }

  bool loses = true;
  Scene scene;
};

TEST_F(LostTest, StandsBeforeAPersonWhileItIsTriedOn) {
  const std::size_t order = lost_too_often();
  EXPECT_EQ(lost_in_a_row(scene.state(order)).count, limits::lost_attempts_borne);
  const auto list = cases();
  ASSERT_EQ(list.size(), 1U);
  const auto& shown = list.front();
  EXPECT_EQ(shown.at("kind"), "lost");
  EXPECT_EQ(shown.at("case"), shown.at("order")) << "it is about no single attempt";
  EXPECT_THAT(shown.at("why"), testing::StartsWith("Attempts 1 to "));
  EXPECT_THAT(shown.at("why"), testing::HasSubstr("lost with the line to relay centre east"));
  EXPECT_EQ(shown.at("since"), shown.at("attempts").front().at("sent_at"));
  const Attempt then = scene.state(order).attempt;
  EXPECT_TRUE(scene.run_until([&] { return scene.state(order).attempt > then; }));
  EXPECT_EQ(before_a_person(), 1);

  loses = false;
  EXPECT_TRUE(scene.run_until([&] { return scene.state(order).status == Status::authorized; }));
  EXPECT_EQ(before_a_person(), 0);
  EXPECT_TRUE(cases().empty());
}

TEST_F(LostTest, StandsThereAfterARestart) {
  const std::size_t order = lost_too_often();
  scene.restart();
  EXPECT_EQ(before_a_person(), 1);
  const auto list = cases();
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list.front().at("kind"), "lost");
  scene.cancel(order);
  EXPECT_TRUE(scene.run_until([&] { return scene.state(order).status == Status::cancelled; }));
  EXPECT_EQ(before_a_person(), 0);
  EXPECT_TRUE(cases().empty());
}

// A word that comes while something of it is open is refused; the next one ends it.
TEST_F(LostTest, IsRefusedOnAPersonsWordWhileItWaits) {
  const std::size_t order = lost_too_often();
  const std::string name = cases().front().at("case");
  CaseWorld& person = scene.system().cases();
  const auto settled = [&] { return scene.state(order).attempt_state == AttemptState::none; };
  ASSERT_TRUE(scene.run_until([&] { return !settled(); }));
  person.say(name, CaseOutcome::not_charged);
  scene.run_for(1ms);
  EXPECT_EQ(person.resolved(), 0U);
  ASSERT_TRUE(scene.run_until(settled));
  person.say(name, CaseOutcome::authorized, "T77777");
  scene.run_for(1ms);
  EXPECT_EQ(person.resolved(), 0U);
  const Attempt last = scene.state(order).attempt;
  person.say(name, CaseOutcome::not_charged);
  EXPECT_TRUE(scene.run_until([&] { return scene.state(order).status == Status::refused; }));
  EXPECT_EQ(person.resolved(), 1U);
  EXPECT_EQ(before_a_person(), 0);
  scene.run_for(1h);
  EXPECT_EQ(scene.state(order).attempt, last);
  EXPECT_EQ(scene.metrics().authorization.length.value(), 0);
}

}  // namespace
}  // namespace spillway::simulation
