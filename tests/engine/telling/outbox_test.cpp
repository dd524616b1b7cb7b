#include "engine/telling/outbox.hpp"

#include <gtest/gtest.h>

#include "engine/telling/limits.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using Fate = Outbox::Fate;

class OutboxTest : public testing::Test {
 protected:
  void add(std::uint64_t from, std::uint64_t to, std::uint32_t shop = 1) {
    for (std::uint64_t n = from; n <= to; ++n)
      outbox_.add({{n}, civil_, {shop}, Notice::thanks}, false);
  }
  std::vector<Outbox::Taken> take_all() {
    std::vector<Outbox::Taken> taken;
    while (const auto next = outbox_.take(now_)) taken.push_back(*next);
    return taken;
  }
  Outbox::Returned back(const Outbox::Taken& taken, Delivery delivery,
                        const std::string& reason = "450 4.2.1 later") {
    return outbox_.returned(taken.id, {delivery, reason}, now_, civil_);
  }
  void wait(Duration duration) {
    now_ += duration;
    civil_ += duration;
  }
  // Until something may go out.
  void wait_for_next() {
    const auto next = outbox_.next_at(now_);
    ASSERT_TRUE(next);
    if (*next > now_) wait(std::chrono::ceil<Duration>(*next - now_));
  }
  // Answers all that goes out until `until`, each as `answer` says; the orders that were delivered.
  template <class Answer>
  std::vector<std::uint64_t> run(Duration duration, Answer answer) {
    std::vector<std::uint64_t> delivered;
    const MonotonicTime end = now_ + duration;
    while (now_ <= end) {
      for (const auto& taken : take_all())
        if (back(taken, answer(taken.mail)).fate == Fate::delivered)
          delivered.push_back(taken.mail.order.value);
      const auto next = outbox_.next_at(now_);
      if (!next) break;
      wait(std::max(Duration(1ms), std::chrono::ceil<Duration>(*next - now_)));
    }
    return delivered;
  }

  MonotonicTime now_ = MonotonicTime{} + 1h;
  Timestamp civil_{1'800'000'000s};
  Outbox outbox_;
};

TEST_F(OutboxTest, MailsThatArePutOffHoldNobodyBack) {
  add(1, 200);
  add(201, 220);
  const auto is_put_off = [](const DueMail& mail) { return mail.order.value <= 200; };
  const auto delivered = run(10s, [&](const DueMail& mail) {
    return is_put_off(mail) ? Delivery::deferred : Delivery::delivered;
  });
  EXPECT_EQ(delivered.size(), 20u);
  EXPECT_EQ(outbox_.deferred(), 200u);
  EXPECT_FALSE(outbox_.server_trouble()) << "it says nothing of the server";
}

TEST_F(OutboxTest, RetriesHaveFewPlacesWhileOthersWaitForTheirFirstTry) {
  add(1, 100);
  while (outbox_.deferred() < 100)
    for (const auto& taken : take_all()) back(taken, Delivery::deferred);
  wait(1h);
  add(101, 120);
  const auto taken = take_all();
  ASSERT_EQ(taken.size(), limits::mails_in_flight_max);
  const auto retries = static_cast<std::size_t>(
      std::ranges::count_if(taken, [](const auto& each) { return each.mail.order.value <= 100; }));
  EXPECT_EQ(retries, limits::mail_retries_in_flight_max) << "and they are not starved either";
}

TEST_F(OutboxTest, ASlowMailHoldsItsOwnPlaceOnly) {
  add(1, 8);
  const auto slow = take_all();
  ASSERT_EQ(slow.size(), limits::mails_in_flight_max);
  add(9, 12);
  EXPECT_TRUE(take_all().empty());
  wait_for_next();
  EXPECT_EQ(now_, MonotonicTime{} + 1h + limits::mail_slow_after);
  EXPECT_EQ(take_all().size(), 4u);
  add(100, 200);
  for (int i = 0; i < 10; ++i) {
    wait(limits::mail_slow_after);
    take_all();
  }
  EXPECT_EQ(outbox_.under_way(), limits::mail_connections_max);
  EXPECT_EQ(outbox_.next_at(now_), std::nullopt) << "the next goes when one returns";
}

TEST_F(OutboxTest, SlowRetriesLeaveConnectionsToFirstTries) {
  add(1, 100);
  while (outbox_.deferred() < 100)
    for (const auto& taken : take_all()) back(taken, Delivery::deferred);
  wait(2h);
  for (int i = 0; i < 20; ++i) {
    take_all();
    wait(limits::mail_slow_after);
  }
  EXPECT_EQ(outbox_.under_way(), limits::mail_retries_connections_max);
  add(101, 101);
  ASSERT_EQ(take_all().size(), 1u);
}

TEST_F(OutboxTest, EverythingWaitsWhileTheServerIsAwayAndOneMailFindsOutWhetherItIsBack) {
  add(1, 20);
  for (const auto& taken : take_all())
    EXPECT_EQ(back(taken, Delivery::server, "Connection refused").fate, Fate::waits);
  ASSERT_TRUE(outbox_.server_trouble());
  EXPECT_EQ(outbox_.server_trouble()->reason, "Connection refused");
  EXPECT_TRUE(take_all().empty());
  const MonotonicTime begin = now_;
  wait_for_next();
  EXPECT_GE(now_ - begin, limits::mail_retry_min);
  EXPECT_LE(now_ - begin, limits::mail_retry_min * 2) << "eight failures together are one";
  for (int i = 0; i < 50; ++i) {
    const auto probe = take_all();
    ASSERT_EQ(probe.size(), 1u);
    EXPECT_EQ(probe.front().mail.order.value, 1u) << "it has lost nothing";
    back(probe.front(), Delivery::server, "535 5.7.8 wrong");
    const MonotonicTime before = now_;
    wait_for_next();
    EXPECT_LE(now_ - before, limits::mail_pause_max);
  }
  wait(10 * limits::mail_deferred_max);
  EXPECT_EQ(back(take_all().at(0), Delivery::server).fate, Fate::waits) << "a pause ends no mail";
  wait_for_next();
  EXPECT_EQ(back(take_all().at(0), Delivery::delivered).fate, Fate::delivered);
  EXPECT_FALSE(outbox_.server_trouble());
  EXPECT_EQ(take_all().size(), 2u) << "one more with each that goes";
}

TEST_F(OutboxTest, ASenderWhoseMailsAreNotTakenHoldsNoOtherSenderUp) {
  add(1, 20, 1);
  add(101, 120, 2);
  const auto delivered = run(10s, [](const DueMail& mail) {
    return mail.shop == ShopId{1} ? Delivery::sender : Delivery::delivered;
  });
  EXPECT_EQ(delivered.size(), 20u);
  ASSERT_TRUE(outbox_.sender_trouble({1}));
  EXPECT_FALSE(outbox_.sender_trouble({2}));
  EXPECT_EQ(outbox_.size(), 20u) << "none of it is burnt";
  wait(2 * limits::mail_deferred_max);
  const auto late = run(5min, [](const DueMail&) { return Delivery::delivered; });
  EXPECT_EQ(late.size(), 20u) << "nor by time";
}

TEST_F(OutboxTest, AMailThatAloneIsNotTakenFromASenderIsItsOwnAffair) {
  add(1, 1);
  back(take_all().at(0), Delivery::sender, "550 5.7.1 spam");
  ASSERT_TRUE(outbox_.sender_trouble({1}));
  add(2, 2);
  const auto answer = [](const DueMail& mail) {
    return mail.order.value == 1 ? Delivery::sender : Delivery::delivered;
  };
  EXPECT_EQ(run(10s, answer).size(), 1u) << "the other one finds out";
  EXPECT_FALSE(outbox_.sender_trouble({1}));
  wait(4 * 24h);
  back(take_all().at(0), Delivery::sender);
  EXPECT_FALSE(outbox_.sender_trouble({1}));
  wait(2 * 24h);
  const auto end = back(take_all().at(0), Delivery::sender);
  EXPECT_EQ(end.fate, Fate::refused);
  EXPECT_TRUE(end.too_long);
}

TEST_F(OutboxTest, ADenialIsBelievedOnceAnotherMailOfTheSenderIsTaken) {
  add(1, 10);
  for (const auto& taken : take_all())
    EXPECT_EQ(back(taken, Delivery::denied).fate, Fate::waits) << "relaying may be denied to us";
  wait(3s);
  const auto again = take_all();
  ASSERT_GE(again.size(), 2u);
  EXPECT_EQ(back(again[0], Delivery::delivered).fate, Fate::delivered);
  EXPECT_EQ(back(again[1], Delivery::denied).fate, Fate::refused);
  add(11, 11, 2);
  for (const auto& taken : take_all())
    if (taken.mail.order.value == 11) {
      EXPECT_EQ(back(taken, Delivery::denied).fate, Fate::waits) << "of another sender";
    }
}

TEST_F(OutboxTest, AMailThatIsPutOffEndsAfterFiveDays) {
  add(1, 1);
  std::uint32_t tries = 0;
  Outbox::Returned end;
  const Timestamp begin = civil_;
  while (end.fate != Fate::refused && tries < 1'000) {
    wait_for_next();
    end = back(take_all().at(0), Delivery::deferred);
    EXPECT_EQ(end.tries, ++tries);
  }
  EXPECT_TRUE(end.too_long);
  EXPECT_GE(civil_ - begin, limits::mail_deferred_max);
  EXPECT_LE(civil_ - begin, limits::mail_deferred_max + limits::mail_retry_max);
  EXPECT_EQ(outbox_.size(), 0u);
  EXPECT_EQ(outbox_.oldest(), std::nullopt);
}

TEST_F(OutboxTest, AMailThatWaitedForTheServerForLongIsStillPutOffForAWhile) {
  outbox_.add({{1}, civil_ - 30 * 24h, {1}, Notice::thanks}, false);
  EXPECT_EQ(back(take_all().at(0), Delivery::deferred).fate, Fate::waits);
  const MonotonicTime begin = now_;
  Outbox::Returned end;
  while (end.fate != Fate::refused) {
    wait_for_next();
    end = back(take_all().at(0), Delivery::deferred);
  }
  EXPECT_GE(now_ - begin, limits::mail_deferred_min);
  EXPECT_LE(now_ - begin, limits::mail_deferred_min + limits::mail_retry_max);
}

TEST_F(OutboxTest, ANewNoticeTakesTheOldOnesPlaceWhereverItStands) {
  add(1, 3);
  auto taken = take_all();
  ASSERT_EQ(taken.size(), 3u);
  back(taken[0], Delivery::deferred);  // 1 is put off, 2 under way
  EXPECT_EQ(back(taken[2], Delivery::delivered).fate, Fate::delivered);
  for (std::uint64_t n = 4; n <= 30; ++n) add(n, n);  // of which some wait
  const auto under_way = take_all();
  for (const std::uint64_t order : {1, 2, 30}) outbox_.take_back({order});
  EXPECT_EQ(back(taken[1], Delivery::server).fate, Fate::replaced);
  wait(10s);
  for (const std::uint64_t order : {1, 2, 30})
    outbox_.add({{order}, civil_, {1}, Notice::cancellation}, false);
  std::map<std::uint64_t, Notice> told;
  for (const auto& each : under_way) back(each, Delivery::delivered);
  for (int i = 0; i < 50; ++i)
    for (const auto& each : take_all()) {
      EXPECT_FALSE(told.contains(each.mail.order.value)) << each.mail.order.value << " twice";
      told[each.mail.order.value] = each.mail.notice;
      back(each, Delivery::delivered);
    }
  for (const std::uint64_t order : {1, 2, 30})
    EXPECT_EQ(told[order], Notice::cancellation) << order;
  EXPECT_EQ(outbox_.size(), 0u);
}

TEST_F(OutboxTest, ShowsWhatWaitsAndWhy) {
  add(1, 3);
  const auto taken = take_all();
  back(taken[1], Delivery::deferred, "450 4.2.1 later");
  add(4, 4);
  back(taken[2], Delivery::server, "Connection refused");
  const auto all = outbox_.list({}, {}, 10, now_);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].state, MailState::sending);
  EXPECT_EQ(all[1].state, MailState::deferred);
  EXPECT_EQ(all[1].tries, 1u);
  EXPECT_EQ(all[1].reason, "450 4.2.1 later");
  EXPECT_GE(all[1].next_at, now_ + limits::mail_retry_min);
  EXPECT_EQ(all[2].state, MailState::due);
  EXPECT_EQ(all[2].reason, "Connection refused");
  EXPECT_EQ(all[3].mail.order.value, 4u);
  EXPECT_EQ(outbox_.list(MailState::due, {3}, 10, now_).size(), 1u);
  EXPECT_EQ(outbox_.list({}, {1}, 2, now_).back().mail.order.value, 3u);
  EXPECT_EQ(outbox_.oldest(), civil_);
}

TEST_F(OutboxTest, APersonMayHaveAMailTriedAtOnceOrDropIt) {
  add(1, 3);
  const auto taken = take_all();
  back(taken[0], Delivery::deferred);
  back(taken[1], Delivery::server);
  back(taken[2], Delivery::server);
  EXPECT_TRUE(take_all().empty());
  EXPECT_TRUE(outbox_.retry({1}, now_));
  EXPECT_EQ(take_all().size(), 1u) << "whatever pauses; one finds out";
  EXPECT_FALSE(outbox_.retry({9}, now_));
  EXPECT_EQ(outbox_.drop({9}), Outbox::Dropped::unknown);
  EXPECT_EQ(outbox_.drop({1}), Outbox::Dropped::under_way);
  EXPECT_EQ(outbox_.drop({2}), Outbox::Dropped::gone);
  EXPECT_EQ(outbox_.size(), 2u);
  EXPECT_EQ(outbox_.list({}, {}, 10, now_).size(), 2u);
}

}  // namespace
}  // namespace spillway
