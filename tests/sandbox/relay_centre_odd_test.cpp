// Answers of the sandbox relay centre that are not plain: by a card, by chance, in a dialect.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/sandbox/relay_centre_fixture.hpp"

namespace spillway::sandbox {
namespace {

using net::iso8583::Flaw;

struct OddCard {
  std::string_view card;
  std::string_view code;
  std::int64_t amount;     // field 4; 3150 was asked for
  std::uint16_t currency;  // field 49; 392 was asked for
  std::string_view repeated;
};

TEST_F(RelayCentreTest, AnswersEachOddCard) {
  start();
  const std::vector<OddCard> table{
      {"4000000000000127", "10", 1575, 392, "10"}, {"4000000000000135", "00", 1575, 392, "00"},
      {"4000000000000143", "00", 3150, 840, "00"}, {"4000000000000150", "08", 3150, 392, "08"},
      {"4000000000000168", "11", 3150, 392, "11"}, {"4000000000000176", "68", 3150, 392, "00"},
      {"4000000000000184", "", 3150, 392, "00"},   {"4000000000000218", "00", 3150, 392, "00"},
  };
  std::uint64_t order = 0;
  for (const OddCard& row : table) {
    const RelayRequest one = request(++order, row.card);
    const RelayReply reply = ask(one);
    EXPECT_EQ(reply.code.view(), row.code) << row.card;
    EXPECT_EQ(reply.amount, row.amount) << row.card;
    EXPECT_EQ(reply.currency, row.currency) << row.card;
    EXPECT_EQ(centre_->live(one.reference), 1) << row.card << ": the issuer holds money";
    EXPECT_EQ(ask_code(as(RelayMessage::authorization_repeat, one)), row.repeated) << row.card;
    EXPECT_EQ(centre_->live(one.reference), 1) << row.card;
    EXPECT_EQ(ask_code(as(RelayMessage::reversal, one)), "00") << row.card;
    EXPECT_EQ(centre_->live(one.reference), 0) << row.card;
  }
  EXPECT_TRUE(recorder_.passed_over().empty());
}

TEST_F(RelayCentreTest, TellsRepeatsThatTheyAreDuplicates) {
  start();
  const RelayRequest one = request(1, "4000000000000192");
  connection_->send({one});
  settle(2);
  EXPECT_EQ(recorder_.replies().size(), 1U) << "the first request gets no answer";
  EXPECT_EQ(centre_->live(one.reference), 1);
  EXPECT_EQ(ask_code(as(RelayMessage::authorization_repeat, one)), "94");
  EXPECT_EQ(ask_code(as(RelayMessage::authorization_repeat, one)), "94");
  EXPECT_EQ(ask_code(as(RelayMessage::reversal, one)), "00");
}

TEST_F(RelayCentreTest, SendsAnAnswerThatNobodyCanReadAndKeepsTheLine) {
  start();
  const RelayRequest one = request(1, "4000000000000200");
  const RelayReply reply = ask(one);
  EXPECT_EQ(reply.reference, one.reference);
  EXPECT_TRUE(reply.code.empty());
  ASSERT_EQ(recorder_.passed_over().size(), 1U);
  EXPECT_EQ(recorder_.passed_over()[0], (net::iso8583::Unreadable{Flaw::truncated, 49, 110}));
  EXPECT_EQ(ask_code(as(RelayMessage::authorization_repeat, one)), "00");
  EXPECT_TRUE(recorder_.losses().empty());
}

TEST_F(RelayCentreTest, HasEachOddityByChance) {
  start_centre();
  for (std::size_t i = 1; i < oddities; ++i) {
    const auto oddity = static_cast<Oddity>(i);
    connection_.reset();
    centre_.reset();
    options_.faults = {};
    options_.faults.odd[i] = 1;
    LineRecorder recorder;
    start_centre();
    connection_ = std::make_unique<net::Iso8583Connection>(line_loop_,
                                                           net::options_for(options_.port), seal_);
    connection_->start(recorder);
    ASSERT_TRUE(recorder.wait_for_ups(1)) << oddity_names[i];
    const RelayRequest one = request(i);
    connection_->send({one, as(RelayMessage::authorization_repeat, one),
                       as(RelayMessage::reversal, one), as(RelayMessage::reversal_repeat, one)});
    ASSERT_TRUE(recorder.wait_for_replies(4)) << oddity_names[i];
    const auto replies = recorder.replies();
    const auto code_of = [&](std::size_t at) { return std::string(replies[at].code.view()); };
    const std::string first = oddity == Oddity::partial  ? "10"
                              : oddity == Oddity::honour ? "08"
                              : oddity == Oddity::vip    ? "11"
                                                         : "00";
    const std::string all = oddity == Oddity::too_late                                  ? "68"
                            : oddity == Oddity::no_code || oddity == Oddity::unreadable ? "-"
                                                                                        : "";
    const bool duplicate = oddity == Oddity::duplicate;
    const auto expect = [&](std::size_t at, const std::string& plain, bool repeat) {
      const std::string code = code_of(at).empty() ? "-" : code_of(at);
      EXPECT_EQ(code, !all.empty()          ? all
                      : duplicate && repeat ? "94"
                                            : plain)
          << oddity_names[i] << " " << at;
    };
    expect(0, first, false);
    expect(1, first, true);
    expect(2, "00", false);
    expect(3, "00", true);
    EXPECT_EQ(replies[0].reference == one.reference, oddity != Oddity::foreign_reference);
    EXPECT_EQ(replies[2].trace, oddity == Oddity::no_stan ? 0 : one.stan) << oddity_names[i];
    if (oddity == Oddity::approval_text) {
      EXPECT_EQ(replies[0].approval_code.view()[2], ' ');
    }
    EXPECT_EQ(recorder.passed_over().size(),
              oddity == Oddity::advice || oddity == Oddity::unreadable ? 4U : 0U)
        << oddity_names[i];
    EXPECT_EQ(centre_->live(one.reference), 0) << oddity_names[i];
    EXPECT_TRUE(recorder.losses().empty()) << oddity_names[i];
    connection_->stop();  // what it answered has been read when the line has ended
    const auto deadline = std::chrono::steady_clock::now() + net::patience;
    while (centre_->counts().lines > 0 && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    EXPECT_EQ(centre_->counts().refused, oddity == Oddity::key_change ? 4U : 0U);
  }
}

TEST_F(RelayCentreTest, SpeaksADialect) {
  options_.dialect.header = std::string("\x60\x00\x03\x00\x00", 5);
  options_.dialect.always_two_bitmaps = false;
  start_centre();
  net::RelayOptions options = net::options_for(options_.port);
  options.dialect = options_.dialect;
  connection_ = std::make_unique<net::Iso8583Connection>(line_loop_, options, seal_);
  connection_->start(recorder_);
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  EXPECT_EQ(ask_code(request(1)), "00");
  EXPECT_EQ(ask_code(request(2, "4000000000000218")), "00") << "with fields that are put together";
  EXPECT_EQ(ask_code(as(RelayMessage::reversal, request(1))), "00");
  EXPECT_TRUE(recorder_.passed_over().empty());
}

TEST_F(RelayCentreTest, BooksWhatIsHeld) {
  options_.ledger = ledger_path();
  start();
  const RelayRequest partial = request(1, "4000000000000127");
  const RelayRequest dollars = request(2, "4000000000000143");
  ask(partial);
  ask(as(RelayMessage::authorization_repeat, partial));
  ask(as(RelayMessage::reversal, partial));
  ask(dollars);
  ask(request(3, "4000000000000002"));
  std::ifstream file(ledger_path());
  std::vector<std::string> held;
  for (std::string line; std::getline(file, line);)
    held.push_back(line.substr(line.find(R"("live")")));
  const std::vector<std::string> expected{
      R"("live":1,"held":1575,"held_currency":"JPY"})",
      R"("live":1,"held":1575,"held_currency":"JPY"})",
      R"("live":0,"held":0,"held_currency":"JPY"})",
      R"("live":1,"held":3150,"held_currency":"USD"})",
      R"("live":0,"held":0,"held_currency":"JPY"})",
  };
  EXPECT_EQ(held, expected);
  centre_.reset();
  start_centre();
  ASSERT_TRUE(recorder_.wait_for_ups(2));
  const RelayReply again = ask(as(RelayMessage::authorization_repeat, dollars));
  EXPECT_EQ(again.amount, 3150);
  EXPECT_EQ(again.currency, 840) << "what the ledger says is known again";
}

TEST_F(RelayCentreTest, TakesUpALedgerThatDoesNotSayWhatIsHeld) {
  options_.ledger = ledger_path();
  const RelayRequest one = request(1);
  std::ofstream(ledger_path())
      << R"({"at":"2026-11-21T22:05:09.123456Z","line":1,"message":"0100","reference":")"
      << one.reference.view()
      << R"(","stan":4711,"amount":3150,"currency":"JPY","card":null,"response_code":"00",)"
      << R"("approval_code":"K7P2Q9","authorized":true,"live":1})" << '\n';
  start();
  const RelayReply reply = ask(as(RelayMessage::authorization_repeat, one));
  EXPECT_EQ(reply.approval_code.view(), "K7P2Q9");
  EXPECT_EQ(reply.amount, 3150);
  EXPECT_EQ(reply.currency, 392);
}

}  // namespace
}  // namespace spillway::sandbox
