// What the sandbox relay centre writes down, and takes up again.
#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/sandbox/relay_centre_fixture.hpp"

namespace spillway::sandbox {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

TEST_F(RelayCentreTest, IsReachedAgainAfterItStartedAnew) {
  options_.ledger = ledger_path();
  start();
  const RelayRequest one = request(1);
  const RelayRequest reversed = request(2);
  const RelayReply first = ask(one);
  EXPECT_EQ(ask_code(reversed), "00");
  EXPECT_EQ(ask_code(as(RelayMessage::reversal, reversed)), "00");
  EXPECT_EQ(ask_code(as(RelayMessage::reversal, request(3))), "25");
  centre_.reset();
  ASSERT_TRUE(recorder_.wait_for_losses(1));
  EXPECT_EQ(recorder_.losses()[0], LineLoss::closed);

  start_centre();
  ASSERT_TRUE(recorder_.wait_for_ups(2));
  EXPECT_EQ(ask(as(RelayMessage::authorization_repeat, one)).approval_code, first.approval_code)
      << "what the ledger says is not authorized again";
  EXPECT_EQ(ask_code(as(RelayMessage::authorization_repeat, reversed)), "12");
  EXPECT_EQ(ask_code(request(3)), "12");
  const auto live = centre_->all_live();
  ASSERT_EQ(live.size(), 1U);
  EXPECT_EQ(live[0].reference, one.reference);
}

TEST_F(RelayCentreTest, BooksEveryAuthorizationAndReversal) {
  options_.ledger = ledger_path();
  start();
  const RelayRequest one = request(1);
  const RelayReply reply = ask(one);
  ask(as(RelayMessage::authorization_repeat, one));
  ask(as(RelayMessage::reversal, one));
  RelayRequest other = request(2, "4000000000000002");
  other.card.reset();
  ask(as(RelayMessage::reversal_repeat, other));
  // No stop: what was answered stands in the file already.
  std::istringstream lines(content_of(ledger_path()));
  std::vector<std::string> booked;
  for (std::string line; std::getline(lines, line);) booked.push_back(line);
  ASSERT_EQ(booked.size(), 4U);
  const std::string reference(one.reference.view());
  const std::string stan = std::to_string(one.stan);
  const std::string approval(reply.approval_code.view());
  const auto expect = [](const std::string& line, const std::string& rest) {
    EXPECT_TRUE(line.starts_with(R"({"at":"20)")) << line;
    EXPECT_NE(line.find(rest), std::string::npos) << line << "\nlacks\n" << rest;
  };
  expect(booked[0], R"(Z","line":1,"message":"0100","reference":")" + reference + R"(","stan":)" +
                        stan + R"(,"amount":3150,"currency":"JPY","card":{"company":"VISA",)" +
                        R"("last_four":"4242"},"response_code":"00","approval_code":")" + approval +
                        R"(","authorized":true,"live":1,"held":3150,"held_currency":"JPY"})");
  expect(booked[1], R"("message":"0101","reference":")" + reference);
  expect(booked[1],
         R"("approval_code":")" + approval + R"(","authorized":false,"live":1,"held":3150,)");
  expect(booked[2], R"("message":"0400","reference":")" + reference);
  expect(booked[2],
         R"("response_code":"00","approval_code":"","authorized":false,"live":0,"held":0,)");
  expect(booked[3], R"("message":"0401")");
  expect(booked[3], R"("card":null,"response_code":"25")");
  EXPECT_EQ(std::filesystem::status(ledger_path()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(RelayCentreTest, WritesNoFullCardNumber) {
  options_.ledger = ledger_path();
  options_.late_by = 1ms;
  start();
  const std::vector<std::string_view> cards{
      "4242424242424242", "5555555555554444", "3530111333300000", "4000000000000002",
      "4000000000000028", "4000000000000036", "4000000000000044", "4000000000000119"};
  std::uint64_t order = 0;
  for (const std::string_view card : cards) {
    const RelayRequest one = request(++order, card);
    connection_->send({one, as(RelayMessage::reversal, one)});
  }
  connection_->send({request(++order, "4000000000000051")});
  ASSERT_TRUE(recorder_.wait_for_losses(1));
  centre_->stop();
  const std::string ledger = content_of(ledger_path());
  EXPECT_EQ(std::ranges::count(ledger, '\n'), 17);
  for (const std::string_view card : cards) {
    EXPECT_EQ(ledger.find(card), std::string::npos);
    EXPECT_EQ(ledger.find(card.substr(0, 12)), std::string::npos);
  }
}

TEST_F(RelayCentreTest, RemovesALedgerLineThatWasCutShort) {
  options_.ledger = ledger_path();
  start();
  EXPECT_EQ(ask_code(request(1)), "00");
  centre_.reset();
  const std::string whole = content_of(ledger_path());
  std::ofstream(ledger_path(), std::ios::app | std::ios::binary)
      << whole.substr(0, whole.size() / 2);
  start_centre();
  EXPECT_EQ(content_of(ledger_path()), whole);
  EXPECT_EQ(centre_->live(request(1).reference), 1);
}

TEST_F(RelayCentreTest, RefusesALedgerThatItCannotRead) {
  options_.ledger = ledger_path();
  std::ofstream(ledger_path()) << "{\"at\":\"x\"}\n";
  RelayCentre broken(centre_loop_, options_);
  const auto port = broken.start();
  ASSERT_FALSE(port);
  EXPECT_NE(port.error().message.find(":1:"), std::string::npos) << port.error().message;
  options_.ledger = "/nowhere/ledger";
  EXPECT_FALSE(RelayCentre(centre_loop_, options_).start());
}

// While one lives, no file of the process grows beyond `size`.
class FullDisk {
 public:
  explicit FullDisk(std::uintmax_t size) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit full{size, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(RelayCentreTest, AnswersNothingThatItCannotBook) {
  options_.ledger = ledger_path();
  start();
  EXPECT_EQ(ask_code(request(1)), "00");
  const std::uintmax_t size = std::filesystem::file_size(ledger_path());
  {
    const FullDisk full(size + 10);
    connection_->send({request(2)});
    ASSERT_TRUE(recorder_.wait_for_losses(1));
    const auto deadline = std::chrono::steady_clock::now() + net::patience;
    while (centre_->counts().sign_ons < 4 && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    EXPECT_EQ(recorder_.ups(), 1U) << "nobody is taken on while the books cannot be kept";
    EXPECT_EQ(recorder_.replies().size(), 1U);
  }
  ASSERT_TRUE(recorder_.wait_for_ups(2));
  EXPECT_EQ(ask_code(as(RelayMessage::authorization_repeat, request(2))), "00");
  centre_->stop();
  EXPECT_EQ(std::ranges::count(content_of(ledger_path()), '\n'), 3);
  EXPECT_EQ(centre_->live(request(2).reference), 1);
}

}  // namespace
}  // namespace spillway::sandbox
