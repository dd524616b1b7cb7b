// What is sorted out at a start because the configuration has nobody for it.
#include "actors/services/unserved.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/start/own_systems.hpp"
#include "tests/simulation/worlds/memory_registry.hpp"

namespace spillway::actors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Rows as a test puts them there.
class FewViews : public storage::Views {
 public:
  std::map<OrderNumber, storage::OrderRow> rows;

  RecordNumber position() const override { return {}; }
  void project(std::span<const storage::StoredEvent>) override {}
  std::optional<storage::OrderRow> order(OrderNumber number) const override {
    const auto found = rows.find(number);
    return found == rows.end() ? std::nullopt : std::optional(found->second);
  }
  storage::ListPage list(const storage::ListQuery&) const override { return {}; }
  std::vector<storage::OrderRow> newest(OrderNumber, std::size_t) const override { return {}; }
  std::vector<ShopEvent> events(ShopId, RecordNumber, std::size_t) const override { return {}; }
  void for_each_order(OrderNumber,
                      const std::function<void(const storage::OrderRow&)>&) const override {}
  OrderNumber first_needed(Timestamp) const override { return {}; }
};

class Unserved : public testing::Test {
 protected:
  Unserved() {
    configuration_.relays.resize(1);
    configuration_.relays[0].id = {1};
  }
  static OrderState order(std::uint64_t number, std::uint16_t relay, std::uint32_t shop) {
    OrderState state;
    state.number = {number};
    state.relay = {relay};
    state.shop = {shop};
    state.attempt = {1};
    state.attempt_state = AttemptState::in_doubt;
    state.status = Status::in_doubt;
    state.attempt_reference = make_reference(0, state.number, state.attempt);
    return state;
  }
  static WaitingOrder waiting(std::uint64_t number, std::uint32_t shop) {
    WaitingOrder order{};
    order.number = {number};
    order.shop = {shop};
    return order;
  }
  void sort_out() {
    unserved_.sort_out(recovered_, configuration_, [](ShopId shop) { return shop.value == 7; });
  }

  Configuration configuration_;
  storage::Recovered recovered_;
  UnservedOrders unserved_;
};

TEST_F(Unserved, LeavesWhatSomebodyIsThereFor) {
  recovered_.waiting[{1}] = {waiting(1, 7)};
  recovered_.in_doubt = {order(2, 1, 7)};
  recovered_.outstanding = {order(3, 1, 7)};
  recovered_.notices_due = {{{4}, Notice::thanks, {}, {7}}};
  sort_out();
  EXPECT_EQ(recovered_.waiting.at({1}).size(), 1U);
  EXPECT_EQ(recovered_.in_doubt.size() + recovered_.outstanding.size(), 2U);
  EXPECT_EQ(recovered_.notices_due.size(), 1U);
  EXPECT_TRUE(unserved_.sentences().empty());
}

TEST_F(Unserved, TakesOutAndCountsWhatNobodyIsThereFor) {
  recovered_.waiting[{1}] = {waiting(1, 7), waiting(2, 8)};
  recovered_.waiting[{2}] = {waiting(3, 7), waiting(4, 7), waiting(5, 8)};
  recovered_.in_doubt = {order(6, 1, 7), order(7, 2, 7), order(8, 9, 7)};
  recovered_.outstanding = {order(9, 2, 7)};
  recovered_.notices_due = {{{10}, Notice::thanks, {}, {8}}, {{11}, Notice::refusal, {}, {7}}};
  sort_out();
  ASSERT_EQ(recovered_.waiting.size(), 1U);
  EXPECT_EQ(recovered_.waiting.at({1}).front().number.value, 1U);
  EXPECT_EQ(recovered_.in_doubt.size(), 1U);
  EXPECT_TRUE(recovered_.outstanding.empty());
  EXPECT_EQ(recovered_.notices_due.size(), 1U);
  EXPECT_THAT(
      unserved_.sentences(),
      ElementsAre(HasSubstr("3 orders wait, 2 orders are in doubt for relay centre 2, which"),
                  HasSubstr("1 order is in doubt for relay centre 9, which"),
                  HasSubstr("1 order waits, 1 mail is due for shop 8, which")));
}

TEST_F(Unserved, ListsThoseThatStillWantWhatIsNotThere) {
  recovered_.in_doubt = {order(3, 2, 7), order(4, 2, 8), order(5, 1, 8)};
  FewViews views;
  for (const OrderState& state : recovered_.in_doubt) views.rows[state.number].state = state;
  sort_out();
  views.rows[{4}].state.attempt_state = AttemptState::authorized;  // answered over another line
  views.rows[{4}].state.status = Status::authorized;
  EXPECT_EQ(unserved_.set_aside(), 0U);
  for (int i = 0; i < 2; ++i) unserved_.set_aside({9});
  EXPECT_EQ(unserved_.set_aside(), 1U);
  views.rows[{9}].state.number = {9};
  EXPECT_THAT(unserved_.list(views, {}, 10),
              ElementsAre(UnservedOrder{{3}, WhyUnserved::relay_unknown},
                          UnservedOrder{{5}, WhyUnserved::shop_unknown},
                          UnservedOrder{{9}, WhyUnserved::set_aside}));
  EXPECT_THAT(unserved_.list(views, {3}, 1),
              ElementsAre(UnservedOrder{{5}, WhyUnserved::shop_unknown}));
}

TEST_F(Unserved, ListsNoMailThatWaitsForNoRelayCentre) {
  recovered_.outstanding = {order(3, 2, 7), order(4, 1, 8)};
  FewViews views;
  for (const OrderState& state : recovered_.outstanding) {
    OrderState& resolved = views.rows[state.number].state = state;
    resolved.status = Status::authorized;
    resolved.attempt_state = AttemptState::authorized;
    resolved.notice_due = Notice::thanks;
  }
  sort_out();
  EXPECT_THAT(unserved_.list(views, {}, 10),
              ElementsAre(UnservedOrder{{4}, WhyUnserved::shop_unknown}));
}

TEST(OwnSystems, AreThoseOfTheFolderAndOfItsOpenReferences) {
  simulation::World world{1};
  simulation::MemoryRegistry registry{world};
  storage::Recovered recovered;
  EXPECT_EQ(own_systems(registry, recovered, {3}).bits(), 1U << 3U);
  OrderState state;
  state.number = {5};
  state.attempt = {2};
  state.attempt_reference = make_reference(4, {5}, {2});
  state.past_attempts.push_back({{1}, make_reference(0, {5}, {1}), 1, {}});
  recovered.in_doubt.push_back(state);
  EXPECT_EQ(own_systems(registry, recovered, {3}).bits(), 0b11001U);
  EXPECT_EQ(orders_of_other_systems(recovered, {3}), 1U);
  EXPECT_EQ(orders_of_other_systems({}, {3}), 0U);
  // Later starts know it, whatever is open then.
  EXPECT_EQ(own_systems(registry, {}, {7}).bits(), 0b10011001U);
}

}  // namespace
}  // namespace spillway::actors
