#include "loadtest/audit/audit.hpp"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "loadtest/base/civil_time.hpp"

namespace spillway::loadtest {
namespace {

using namespace std::chrono_literals;

const std::vector<Shop> shops = {{"one", "k1"}, {"two", "k2"}};
const Timestamp sale_begins = *civil_time_from("2026-11-21T22:00:00Z");

// Three orders that went well: told, booked, charged. A test breaks one thing of it.
class Audit : public testing::Test {
 protected:
  Audit() : mix_(MixSettings{}, shops.size(), 1) {
    for (std::uint64_t i = 0; i < 3; ++i) {
      records_.push_back({.code = 100 + i, .ordinal = i, .flags = OrderRecord::accepted});
      BookEntry entry;
      entry.code = 100 + i;
      entry.ordinal = i;
      entry.amount = mix_.amount(i);
      entry.shop = mix_.wish(i).shop;
      entry.received_at = sale_begins + 1s;
      entry.outcome_at = sale_begins + 1s + 250ms;
      entry.status = BookStatus::authorized;
      entry.outcomes = 1;
      entry.was_authorized = entry.by_line = true;
      books_.entries.push_back(entry);
      charge(i, fmt::format("R{}", i), 1);
    }
    books_.relays = {"east"};
  }
  ~Audit() override { std::filesystem::remove(file_); }

  void charge(std::uint64_t ordinal, const std::string& reference, int live,
              const char* message = "0100") {
    const std::string at = to_civil_text(sale_begins + 1s + std::chrono::milliseconds(lines_++));
    ledger_ += fmt::format(
        R"({{"at":"{}","line":1,"message":"{}","reference":"{}","stan":1,"amount":{},)"
        R"("currency":"JPY","card":null,"response_code":"00","approval_code":"A","authorized":true,)"
        R"("live":{}}})"
        "\n",
        at, message, reference, mix_.amount(ordinal), live);
  }

  AuditResult run(double pace_max = 0) {
    std::ofstream(file_) << ledger_;
    Ledgers ledgers(mix_.amount(0), mix_.amount(1'000), sale_begins);
    std::vector<PaceStep> paces = paces_;
    if (pace_max > 0) paces = {{Timestamp{}, pace_max}};
    const auto read = ledgers.add("east", file_, paces, disturbances_);
    EXPECT_TRUE(read) << read.error().message;
    return audit(records_, books_, &ledgers, mix_, shops, sale_begins, measured_);
  }

  Mix mix_;
  std::vector<OrderRecord> records_;
  Books books_;
  std::string ledger_;
  int lines_ = 0;
  std::vector<PaceStep> paces_;
  std::vector<Disturbance> disturbances_;
  Measurements measured_;
  const std::string file_ = testing::TempDir() + "audit-" + std::to_string(getpid()) + ".jsonl";
};

TEST_F(Audit, PassesWhenEverythingAgrees) {
  const AuditResult result = run();
  EXPECT_TRUE(result.passed()) << result.flaws.front();
  EXPECT_EQ(result.acknowledged, 3U);
  EXPECT_EQ(result.authorized, 3U);
  EXPECT_EQ(measured_.times(Measure::outcome).max(), 250ms);
  std::uint64_t charged = 0;
  for (const ShopSums& shop : result.shops) {
    EXPECT_EQ(shop.told_amount, shop.booked_amount);
    EXPECT_EQ(shop.charged_amount, shop.by_line_amount);
    charged += shop.charged_amount;
  }
  EXPECT_EQ(charged, mix_.amount(0) + mix_.amount(1) + mix_.amount(2));
}

TEST_F(Audit, FindsALostOrder) {
  books_.entries.pop_back();
  const AuditResult result = run();
  EXPECT_EQ(result.figures.lost, 1U);
  EXPECT_FALSE(result.passed());
}

TEST_F(Audit, FindsAnOrderWithoutAnOutcome) {
  books_.entries[1].status = BookStatus::in_doubt;
  books_.entries[1].outcomes = 0;
  const AuditResult result = run();
  EXPECT_EQ(result.figures.lost, 1U);
  EXPECT_EQ(result.open, 1U);
}

// What a shop did or missed beside its 202 takes nothing away from that.
TEST_F(Audit, FindsEachLossWhateverWasAskedMeanwhile) {
  const Books whole = books_;
  for (std::uint8_t more = 0; more <= 0x1F; ++more) {
    records_[2].flags = static_cast<std::uint8_t>(more | OrderRecord::accepted);
    books_ = whole;
    books_.entries.pop_back();
    EXPECT_EQ(run().figures.lost, 1U) << int{more};
    for (const BookStatus open : {BookStatus::received, BookStatus::authorizing,
                                  BookStatus::in_doubt, BookStatus::cancelling}) {
      books_ = whole;
      books_.entries[2].status = open;
      books_.entries[2].outcomes = 0;
      const AuditResult result = run();
      EXPECT_EQ(result.figures.lost, 1U) << int{more} << ", " << static_cast<int>(open);
      EXPECT_EQ(result.open, 1U) << int{more} << ", " << static_cast<int>(open);
    }
  }
}

// Whatever else its shop did, an order of which it got no answer is held to what the books say.
TEST_F(Audit, FindsWhatIsWrongWithAnUnansweredOrder) {
  for (const std::uint8_t more : {std::uint8_t{0}, OrderRecord::cancel_asked}) {
    records_[2].flags = static_cast<std::uint8_t>(more | OrderRecord::unanswered);
    books_.entries[2].status = BookStatus::in_doubt;
    books_.entries[2].outcomes = 0;
    EXPECT_EQ(run().figures.lost, 1U);
    books_.entries[2].status = BookStatus::refused;  // the ledger has its charge
    books_.entries[2].outcomes = 1;
    EXPECT_GE(run().figures.unexplained, 1U);
    books_.entries[2].status = BookStatus::authorized;
    EXPECT_TRUE(run().passed());
  }
}

TEST_F(Audit, FindsTwoOutcomesAndTwoEntries) {
  books_.entries[0].outcomes = 2;
  books_.entries.push_back(books_.entries[2]);
  books_.entries.back().code = 999;
  EXPECT_EQ(run().figures.twice, 2U);
}

TEST_F(Audit, FindsACardThatIsChargedTwice) {
  charge(1, "R1b", 1);
  charge(1, "R1b", 0, "0400");
  const AuditResult result = run();
  EXPECT_EQ(result.figures.charged_twice, 1U);
  EXPECT_EQ(result.figures.unexplained, 0U);  // at the end one stands, as the books say
}

TEST_F(Audit, FindsAChargeThatTheBooksDoNotHave) {
  books_.entries[2].status = BookStatus::cancelled;
  books_.entries[2].outcomes = 2;
  records_[2].flags |= OrderRecord::cancel_asked | OrderRecord::cancel_confirmed;
  EXPECT_EQ(run().figures.unexplained, 1U);
  charge(2, "R2", 0, "0400");
  EXPECT_TRUE(run().passed());
  charge(500, "R500", 1);
  EXPECT_EQ(run().figures.unexplained, 1U);
}

TEST_F(Audit, AllowsAnUnansweredOrderToBeBookedOrNot) {
  records_[0].flags = OrderRecord::unanswered;
  AuditResult result = run();
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(result.unacknowledged, 1U);
  EXPECT_EQ(result.acknowledged, 2U);
  // But not one that was refused to its shop.
  records_[0].flags = 0;
  EXPECT_EQ(run().figures.unexplained, 1U);
}

TEST_F(Audit, FindsWhatDiffersFromWhatWasTold) {
  books_.entries[0].amount += 1;
  books_.entries[1].code = 777;
  records_[2].flags |= OrderRecord::cancel_confirmed;
  const AuditResult result = run();
  EXPECT_GE(result.figures.unexplained, 3U);
}

TEST_F(Audit, FindsAPaceThatWasExceeded) {
  EXPECT_TRUE(run(3).passed());
  EXPECT_EQ(run(3).paces.front().most_in_second, 3U);
  EXPECT_FALSE(run(1).passed());
  disturbances_.push_back({sale_begins, sale_begins + 10s});
  EXPECT_TRUE(run(1).passed());
}

TEST_F(Audit, HoldsEachPartOfTheRunAgainstThePaceOfThen) {
  // All three authorizations are at one second of the run.
  paces_ = {{sale_begins, 1}, {sale_begins + 500ms, 3}};
  EXPECT_TRUE(run().passed());
  paces_ = {{sale_begins, 3}, {sale_begins + 500ms, 1}};  // what had left goes on for a second
  EXPECT_TRUE(run().passed());
  paces_ = {{sale_begins - 10s, 3}, {sale_begins - 5s, 1}};
  EXPECT_FALSE(run().passed());
  EXPECT_EQ(run().paces.front().pace_max, 1);
  paces_ = {{sale_begins - 5s, 1}, {sale_begins + 500ms, 0}};  // then without limit
  EXPECT_TRUE(run().passed());
}

// A relay centre that got no processor for a moment finds what came meanwhile all at once.
TEST_F(Audit, AllowsWhatARelayCentresOwnSilenceHeldBack) {
  // At an even 100 a second, then silent, then so many at once, then even again.
  const auto pace_with = [&](int silence_ms, int at_once) {
    ledger_.clear();
    lines_ = 0;
    const auto even = [&](int count) {
      for (int i = 0; i < count; ++i, lines_ += 9) charge(0, "R0", 1);
    };
    even(50);
    lines_ += silence_ms;
    for (int i = 0; i < at_once; ++i, --lines_) charge(0, "R0", 1);
    even(100);
    return run(100).paces.front();
  };
  EXPECT_TRUE(pace_with(0, 0).kept);
  EXPECT_TRUE(pace_with(40, 4).kept);
  EXPECT_FALSE(pace_with(40, 12).kept);
  EXPECT_TRUE(pace_with(150, 15).kept);
  EXPECT_FALSE(pace_with(150, 25).kept);
  EXPECT_FALSE(pace_with(900, 40).kept);
}

TEST(Books, AreReadFromTheListUntilAnOlderOrder) {
  const auto order = [](std::uint64_t code, const std::string& reference, const char* at) {
    return fmt::format(
        R"({{"order":"{}","reference":"{}","status":"refused","amount":1003,"currency":"JPY",)"
        R"("received_at":"2026-11-21T22:00:0{}Z","items":[],"history":[)"
        R"({{"status":"received","at":"2026-11-21T22:00:01Z"}},)"
        R"({{"status":"in_doubt","at":"2026-11-21T22:00:02Z"}},)"
        R"({{"status":"refused","at":"2026-11-21T22:00:03Z"}}],)"
        R"("authorization":{{"answer":null,"approval_code":null,"relay":"east","attempts":1}},)"
        R"("card":{{"company":"VISA","last_four":"4242"}}}})",
        code_text(code), reference, at);
  };
  Books books;
  const auto end = read_page(R"({"orders":[)" + order(9, "RUN-0000000003", "1") + "," +
                                 order(8, "OTHER", "1") + R"(],"next":"ABC"})",
                             "RUN", sale_begins, 1, books);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->next, "ABC");
  ASSERT_EQ(books.entries.size(), 1U);
  EXPECT_EQ(books.others, 1U);
  const BookEntry& entry = books.entries.front();
  EXPECT_EQ(entry.code, 9U);
  EXPECT_EQ(entry.ordinal, 3U);
  EXPECT_EQ(entry.status, BookStatus::refused);
  EXPECT_EQ(entry.outcomes, 1U);
  EXPECT_TRUE(entry.was_in_doubt);
  EXPECT_EQ(entry.outcome_at, sale_begins + 3s);
  EXPECT_EQ(books.relays.at(entry.relay), "east");

  const auto old =
      read_page(R"({"orders":[)" + order(7, "RUN-0000000001", "0") + R"(],"next":"X"})", "RUN",
                sale_begins + 1s, 1, books);
  ASSERT_TRUE(old);
  EXPECT_EQ(old->next, "");
  for (const char* wrong : {"", "[]", "{}", R"({"orders":[{}],"next":null})", "{\"orders\":["}) {
    EXPECT_FALSE(read_page(wrong, "RUN", sale_begins, 0, books)) << wrong;
  }
}

}  // namespace
}  // namespace spillway::loadtest
