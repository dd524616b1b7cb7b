#include "engine/telling/shop_event.hpp"

#include <set>

#include <gtest/gtest.h>

#include "tests/engine/order/order_samples.hpp"

namespace spillway {
namespace {

// What a shop is told of an order, fact by fact.
std::vector<ShopEvent> told(const std::vector<Fact>& facts) {
  OrderState state = samples::order();
  std::vector<ShopEvent> events;
  for (const Fact& fact : facts) {
    const Status before = state.status;
    samples::take(state, fact);
    if (auto event = told_by(before, state, state.last_record)) events.push_back(*event);
  }
  return events;
}

TEST(ShopEvent, TellsEachOutcomeOnceWithARisingVersion) {
  const auto events = told({samples::sent(1), samples::fell_in_doubt(1), samples::answered(1, "00"),
                            CancelRequested{}, samples::reversal(1, ReversalReason::cancel),
                            Reversed{Attempt{1}, "00"}, Cancelled{}, NoticeDelivered{}});
  ASSERT_EQ(events.size(), 4u);
  const Status statuses[] = {Status::in_doubt, Status::authorized, Status::cancelling,
                             Status::cancelled};
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].status, statuses[i]);
    EXPECT_EQ(events[i].version, i + 1);
    EXPECT_EQ(events[i].order, samples::number);
  }
  EXPECT_EQ(events[0].answer, Answer::none);
  EXPECT_EQ(events[1].answer, Answer::usable);
  EXPECT_EQ(events[1].approval_code, "A12345");
  EXPECT_EQ(events[1].record.value, samples::number.value + 3);
  EXPECT_EQ(events[1].at, samples::received_at + std::chrono::seconds(3));
}

TEST(ShopEvent, DoesNotTellOfReceptionAndAttempts) {
  EXPECT_EQ(told_by(std::nullopt, samples::order(), RecordNumber{1001}), std::nullopt);
  EXPECT_TRUE(told({samples::sent(1), samples::answered(1, "91"), samples::sent(2)}).empty());
}

TEST(ShopEventIds, LeadBackToTheirRecord) {
  const ShopEventIds ids({17, 4});
  std::set<std::string> seen;
  for (const std::uint64_t number : {0ULL, 1ULL, 2ULL, 1'000'000ULL, (1ULL << 40) - 2}) {
    const std::string id = ids.encode({number});
    EXPECT_EQ(id.size(), ShopEventIds::length);
    EXPECT_TRUE(id.starts_with("evt_"));
    EXPECT_TRUE(seen.insert(id).second);
    EXPECT_EQ(ids.decode(id), RecordNumber{number});
    EXPECT_NE(OrderCodes({17, 4}).decode(id.substr(4)), OrderNumber{number});
  }
}

TEST(ShopEventIds, AreNotReadFromOtherTexts) {
  const ShopEventIds ids({17, 4});
  std::string changed = ids.encode({5});
  changed.back() = changed.back() == '0' ? '1' : '0';
  for (const std::string& text :
       {changed, std::string(), std::string("evt_"), OrderCodes({17, 4}).encode({5}),
        std::string(16, '0'), ids.encode({5}).substr(4), ids.encode({5}) + "0"}) {
    EXPECT_EQ(ids.decode(text), std::nullopt) << text;
  }
}

TEST(ShopEvent, HasATypeForEachStatusThatIsTold) {
  EXPECT_EQ(event_type(Status::authorized), "order.authorized");
  for (std::size_t i = 1; i < status_count; ++i) {
    const auto status = static_cast<Status>(i);
    EXPECT_EQ(status_of_event_type(event_type(status)),
              is_told(status) ? std::optional(status) : std::nullopt);
  }
  for (const char* type : {"", "order.", "authorized", "order.shipped", "order.authorized "})
    EXPECT_EQ(status_of_event_type(type), std::nullopt) << type;
}

}  // namespace
}  // namespace spillway
