#include "storage/views/recovery.hpp"

#include "engine/order/limits.hpp"
#include "storage/inspect/verify.hpp"
#include "tests/storage/fixtures/stored_system.hpp"

namespace spillway::storage {
namespace {

// A system's life in a few records, written as the system writes it: the card goes with the fact
// that makes it superfluous.
class Life : public StoredSystem {
 protected:
  std::uint64_t received(std::int64_t second, IdempotencyMark mark = {}) {
    Received fact = received_by({7}, "A");
    fact.idempotency = mark;
    Entry entry = make_entry({{}, at_second(second), fact});
    CardDetails card;
    card.number = CardNumber::from("4242424242424242").value();
    card.expiry = {2028, 12};
    entry.card = vault_.seal(card, {7});
    const RecordNumber number = commit_one(*journal_, entry);
    states_[number.value] = open_order({number.value}, fact, at_second(second));
    return number.value;
  }
  void happened(std::uint64_t order, const Fact& fact) {
    const Event event{{order}, at_second(0), fact};
    OrderState& state = states_.at(order);
    const bool had_card = !card_may_go(state);
    const auto may = may_follow(state, fact);
    ASSERT_TRUE(may) << may.error().message;
    apply(state, event, {journal_->last().value + 1});
    Entry entry = make_entry(event);
    entry.erase_card = had_card && card_may_go(state);
    commit_one(*journal_, entry);
  }
  std::string verify_error() {
    const auto report = verify(data(), master);
    return report ? "" : report.error().message;
  }

  CardVault vault_{keys_};
  std::map<std::uint64_t, OrderState> states_;
};

Sent sent(std::uint16_t attempt) {
  return {{attempt}, {1}, "ABCDEFGHIJKL", attempt};
}

class Recovery : public Life {};

TEST_F(Recovery, SortsOrdersByWhatTheyWaitFor) {
  start();
  const std::uint64_t waiting = received(1, {{1, 2}, 3});
  const std::uint64_t outstanding = received(2);
  happened(outstanding, sent(1));
  const std::uint64_t doubted = received(3);
  happened(doubted, sent(1));
  happened(doubted, FellInDoubt{{1}, DoubtReason::no_answer});
  const std::uint64_t reversing = received(4);
  happened(reversing, sent(1));
  happened(reversing, FellInDoubt{{1}, DoubtReason::no_answer});
  happened(reversing, ReversalDecided{{1}, ReversalReason::in_doubt});
  const std::uint64_t told = received(5);
  happened(told, sent(1));
  happened(told, Answered{{1}, "05", ""});
  happened(told, NoticeDelivered{});
  const std::uint64_t untold = received(6);
  happened(untold, sent(1));
  happened(untold, Answered{{1}, "00", "A12345"});
  const std::uint64_t again = received(7);
  happened(again, sent(1));
  happened(again, Answered{{1}, "91", ""});

  const Recovered recovered = recover(*journal_, *views_, at_second(60));
  EXPECT_EQ(recovered.last, journal_->last());
  EXPECT_EQ(views_->position(), journal_->last());
  ASSERT_EQ(recovered.waiting.size(), 1U);
  const std::vector<WaitingOrder>& line = recovered.waiting.at({1});
  ASSERT_EQ(line.size(), 2U);
  EXPECT_EQ(line[0].number.value, waiting);
  EXPECT_EQ(line[0].received_at, at_second(1));
  EXPECT_EQ(line[0].amount, 3150);
  EXPECT_EQ(line[0].shop.value, 7U);
  EXPECT_EQ(line[1].number.value, again);
  EXPECT_EQ(line[1].attempt.value, 1U);
  ASSERT_EQ(recovered.outstanding.size(), 1U);
  EXPECT_EQ(recovered.outstanding[0], states_.at(outstanding));
  ASSERT_EQ(recovered.in_doubt.size(), 2U);
  EXPECT_EQ(recovered.in_doubt[0], states_.at(doubted));
  EXPECT_EQ(recovered.in_doubt[1], states_.at(reversing));
  ASSERT_EQ(recovered.notices_due.size(), 1U);
  EXPECT_EQ(recovered.notices_due[0].order.value, untold);
  EXPECT_EQ(recovered.notices_due[0].notice, Notice::thanks);
  ASSERT_EQ(recovered.idempotency.size(), 1U);
  EXPECT_EQ(recovered.idempotency[0].order.value, waiting);
  EXPECT_EQ(recovered.idempotency[0].mark, (IdempotencyMark{{1, 2}, 3}));
}

TEST_F(Recovery, ForgetsIdempotencyKeysThatAreTooOld) {
  start();
  received(0, {{1, 2}, 3});
  received(10, {{4, 5}, 6});
  const Timestamp now = at_second(10) + limits::idempotency_key_life;
  const Recovered recovered = recover(*journal_, *views_, now);
  ASSERT_EQ(recovered.idempotency.size(), 1U);
  EXPECT_EQ(recovered.idempotency[0].order.value, 2U);
}

TEST_F(Recovery, GivesTheSameFromCurrentAndFromLostViews) {
  start();
  for (int i = 0; i < 50; ++i) {
    const std::uint64_t order = received(i, {{1, static_cast<std::uint64_t>(i + 1)}, 3});
    if (i % 2 == 0) happened(order, sent(1));
  }
  const Recovered first = recover(*journal_, *views_, at_second(60));
  stop();
  std::filesystem::remove_all(views_folder(data()));
  start();
  EXPECT_EQ(views_->position().value, 0U);
  const Recovered second = recover(*journal_, *views_, at_second(60));
  EXPECT_EQ(second.outstanding, first.outstanding);
  EXPECT_EQ(second.outstanding.size(), 25U);
  EXPECT_EQ(second.waiting.at({1}).size(), 25U);
  EXPECT_EQ(second.idempotency.size(), 50U);
}

class Verify : public Life {
 protected:
  void SetUp() override {
    start();
    waiting_ = received(1);
    cancelled_ = received(2);
    happened(cancelled_, Cancelled{});
    ASSERT_TRUE(project_tail(*journal_, *views_));
    received(3);  // not projected yet
  }
  std::uint64_t waiting_ = 0;
  std::uint64_t cancelled_ = 0;
};

TEST_F(Verify, CountsWhatIsWhole) {
  stop();
  const auto report = verify(data(), master);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->records, 4U);
  EXPECT_EQ(report->orders, 3U);
  EXPECT_EQ(report->cards, 2U);
  EXPECT_EQ(report->rows, 2U);
  EXPECT_EQ(report->views_position, 3U);
}

TEST_F(Verify, MissesNoCardWhereWhatWasAuthorizedIsReversed) {
  for (const Fact& fact :
       std::initializer_list<Fact>{Sent{{1}, {1}, "ABCDEFGHIJKL", 9}, Answered{{1}, "00", "A12345"},
                                   CancelRequested{}, ReversalDecided{{1}, ReversalReason::cancel}})
    happened(waiting_, fact);
  stop();
  EXPECT_EQ(verify_error(), "");
}

TEST_F(Verify, RefusesARunningSystemAndAMissingOne) {
  EXPECT_NE(verify_error().find("is in use by another process"), std::string::npos);
  EXPECT_NE(verify(data() / "nowhere", master).error().message.find("there is no data"),
            std::string::npos);
}

TEST_F(Verify, NamesTheRecordThatMayNotFollow) {
  commit_one(*journal_, make_entry({{cancelled_}, at_second(0), Cancelled{}}));
  stop();
  EXPECT_EQ(verify_error().rfind("record 5: ", 0), 0U) << verify_error();
}

TEST_F(Verify, NamesTheRecordOfNoOrder) {
  commit_one(*journal_, make_entry({{3}, at_second(0), Cancelled{}}));
  stop();
  EXPECT_EQ(verify_error(), "record 5: it belongs to order 3, which is not there");
}

TEST_F(Verify, NamesACardThatIsMissing) {
  Entry entry = make_entry({{waiting_}, at_second(0), sent(1)});
  entry.erase_card = true;
  commit_one(*journal_, entry);
  stop();
  EXPECT_EQ(verify_error(), "the card of order 1 is missing");
}

TEST_F(Verify, NamesACardThatIsStillThere) {
  commit_one(*journal_, make_entry({{waiting_}, at_second(0), Cancelled{}}));
  stop();
  EXPECT_EQ(verify_error(), "the card of order 1 is still there, though not needed");
}

TEST_F(Verify, NamesACardThatDoesNotOpen) {
  commit_one(*journal_, received_entry("A"));
  stop();
  EXPECT_EQ(verify_error(), "the card of order 5 does not open");
}

TEST_F(Verify, NamesARowThatTheJournalDoesNotMake) {
  std::vector<StoredEvent> events;
  journal_->read_from({4}, 1, events);
  std::get<Received>(events[0].event.fact).amount.minor_units = 1;
  views_->project(events);
  stop();
  EXPECT_EQ(verify_error(), "the views' row of order 4 is not what the journal's records make");
}

}  // namespace
}  // namespace spillway::storage
