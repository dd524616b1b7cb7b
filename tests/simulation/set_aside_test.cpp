// An order whose data let nobody decide about it: it alone is set aside, and all others go on.
#include <stdexcept>

#include <gtest/gtest.h>

#include "actors/base/log.hpp"
#include "actors/orders/live_orders.hpp"
#include "tests/simulation/life.hpp"

namespace spillway::simulation {
namespace {

// One row of it cannot be read.
class BrokenViews : public MemoryViews {
 public:
  OrderNumber broken;
  std::optional<storage::OrderRow> order(OrderNumber number) const override {
    if (number == broken) throw std::out_of_range("what a look-up throws that nobody checked");
    return MemoryViews::order(number);
  }
};

class Answers : public net::ApiAnswers {
 public:
  std::map<std::uint64_t, net::ApiAnswer> got;  // by the request
  void answer(std::vector<net::ApiAnswer> batch) override {
    for (net::ApiAnswer& each : batch)
      got.insert_or_assign(each.ticket.connection, std::move(each));
  }
  int refused(std::uint64_t request) const {
    const auto found = got.find(request);
    if (found == got.end()) return 0;
    const auto* refused = std::get_if<net::answers::Refused>(&found->second.answer);
    return refused ? refused->content->refusal.status : -1;
  }
  std::optional<Status> status(std::uint64_t request) const {
    const auto found = got.find(request);
    const auto* order =
        found == got.end() ? nullptr : std::get_if<net::answers::Order>(&found->second.answer);
    return order ? std::optional(order->view->state.status) : std::nullopt;
  }
};

class SetAside : public testing::Test {
 protected:
  SetAside() {
    actors::set_log_level(actors::LogLevel::error);
    for (int i = 0; i < 2; ++i) {
      const std::uint64_t order = journal_.last().value + 1;
      Received received;
      received.shop = {1};
      received.relay = {1};
      received.amount = {3150, *Currency::from_code("JPY")};
      received.card.company = CardCompany::visa;
      commit({{}, world_.civil_now(), received});
      commit({{order},
              world_.civil_now(),
              Sent{{1}, {1}, make_reference(0, {order}, {1}), make_stan({order}, {1})}});
      commit({{order}, world_.civil_now(), Answered{{1}, "01", ""}});
    }
  }

  static actors::Configuration configuration() {
    actors::Configuration configuration;
    configuration.shops.resize(1);
    configuration.shops.front().id = {1};
    configuration.relays.resize(1);
    configuration.relays.front().id = {1};
    configuration.relays.front().name = "east";
    configuration.relays.front().companies = {CardCompany::visa};
    return configuration;
  }
  void commit(const Event& event) {
    const storage::Entry entry = storage::make_entry(event);
    const std::span<const storage::Entry> group(&entry, 1);
    journal_.commit({&group, 1});
  }

  World world_{1};
  const actors::Configuration configuration_ = configuration();
  MemoryJournal journal_{world_};
  BrokenViews views_;
  MemoryRegistry registry_{world_};
  MemberWorld members_{configuration_, registry_};
  std::map<RelayId, std::unique_ptr<RelayWorld>> relays_;
  MailWorld mails_{world_};
  EventWorld events_{world_};
  WebhookWorld webhooks_{world_};
  Answers answers_;
  ShopWorld shops_{world_, configuration_, members_};
};

TEST_F(SetAside, EndsOneOrderAlone) {
  relays_[{1}] = std::make_unique<RelayWorld>(world_, configuration_.relays.front());
  Life life(Surroundings{world_, configuration_, journal_, views_, registry_, members_, relays_,
                         mails_, events_, webhooks_, answers_, shops_});
  life.scheduler().run();
  views_.broken = {1};
  life.gateway().inquire({1}, {1}, {0, 1, 1});
  life.gateway().cancel({1}, {1}, {0, 1, 2});
  life.gateway().approve({1}, {1}, true, "A12345", {0, 1, 3});
  life.gateway().cancel({1}, {4}, {0, 1, 4});
  life.scheduler().run();
  for (const std::uint64_t request : {1U, 2U, 3U}) EXPECT_EQ(answers_.refused(request), 500);
  EXPECT_EQ(answers_.status(4), Status::cancelled);
  EXPECT_EQ(journal_.last().value, 7U) << "nothing was written of the other one";
  // It can be read again: nothing of what went wrong stays.
  views_.broken = {};
  life.gateway().cancel({1}, {1}, {0, 1, 5});
  life.scheduler().run();
  EXPECT_EQ(answers_.status(5), Status::cancelled);
}

TEST_F(SetAside, TakesBackWhatWasAboutToBeRecorded) {
  storage::recover(journal_, views_, world_.civil_now());
  actors::LiveOrders orders(journal_, views_);
  actors::LiveOrder* order = orders.find({1});
  ASSERT_NE(order, nullptr);
  apply(order->state, {{1}, world_.civil_now(), Cancelled{}}, {8});
  ++order->uncommitted;
  orders.undo({1}, 1);
  orders.end_turn();
  EXPECT_EQ(orders.find({1})->state.status, Status::approval_needed);
}

}  // namespace
}  // namespace spillway::simulation
