#include <map>

#include <gtest/gtest.h>

#include "engine/base/limits.hpp"
#include "tests/engine/order/order_samples.hpp"

namespace spillway {
namespace {

using namespace samples;

TEST(OrderState, StartsAsReceived) {
  const OrderState state = order();
  EXPECT_EQ(state.number, number);
  EXPECT_EQ(state.shop, ShopId{7});
  EXPECT_EQ(state.relay, RelayId{3});
  EXPECT_EQ(state.amount, (Money{3150, Currency{392}}));
  EXPECT_EQ(state.status, Status::received);
  EXPECT_EQ(state.last_record, RecordNumber{number.value});
  EXPECT_EQ(state.history, (std::vector<StatusChange>{{Status::received, received_at}}));
}

TEST(OrderState, KnowsWhetherItRestsWantsAnAttemptOrNeedsItsCard) {
  struct Expected {
    bool at_rest, wants_attempt, card_may_go;
  };
  const std::map<std::string, Expected> table = {
      {"received", {false, true, false}},
      {"authorizing, outstanding", {false, false, false}},
      {"authorizing, a new attempt due", {false, true, false}},
      {"in doubt, repeating", {false, false, false}},
      {"in doubt, reversing", {false, false, false}},
      {"approval needed", {true, false, false}},
      {"authorized", {true, false, true}},
      {"authorized by telephone", {true, false, true}},
      {"refused", {true, false, true}},
      {"cancelling, outstanding", {false, false, false}},
      {"cancelling, in doubt", {false, false, false}},
      {"cancelling, reversing", {false, false, false}},
      {"cancelling, authorized", {false, false, false}},
      {"cancelling, nothing left", {false, false, false}},
      {"cancelled", {true, false, true}},
  };
  for (const auto& [name, state] : every_state()) {
    const Expected& expected = table.at(name);
    EXPECT_EQ(at_rest(state), expected.at_rest) << name;
    EXPECT_EQ(wants_attempt(state), expected.wants_attempt) << name;
    EXPECT_EQ(card_may_go(state), expected.card_may_go) << name;
  }
}

TEST(OrderState, KeepsItsCardWhileALateApprovalIsReversed) {
  const OrderState state =
      after({sent(1), answered(1, "05"), AnsweredLate{Attempt{1}, "00", "A12345"},
             reversal(1, ReversalReason::late_approval)});
  EXPECT_FALSE(card_may_go(state));
  EXPECT_FALSE(at_rest(state));
}

TEST(OrderState, WantsNoMoreAttemptsThanAReferenceCanTell) {
  OrderState state = after({sent(1), answered(1, "91")});
  state.attempt = Attempt{limits::attempts_max};
  EXPECT_FALSE(wants_attempt(state));
  EXPECT_TRUE(at_rest(state));
  const auto cancelled = on_cancel(state);
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(*cancelled, (std::vector<Fact>{Cancelled{}}));
}

TEST(OrderState, SpeaksTheWordsOfTheApi) {
  const std::pair<Status, std::string_view> words[] = {
      {Status::received, "received"},     {Status::authorizing, "authorizing"},
      {Status::in_doubt, "in_doubt"},     {Status::approval_needed, "approval_needed"},
      {Status::authorized, "authorized"}, {Status::refused, "refused"},
      {Status::cancelling, "cancelling"}, {Status::cancelled, "cancelled"},
  };
  for (const auto& [status, word] : words) {
    EXPECT_EQ(to_text(status), word);
    EXPECT_EQ(status_from(word), status);
  }
  for (const std::string_view word : {"", "none", "Received", "authorized "}) {
    EXPECT_EQ(status_from(word), std::nullopt) << word;
  }
  EXPECT_EQ(to_text(Notice::reorder), "reorder");
}

}  // namespace
}  // namespace spillway
