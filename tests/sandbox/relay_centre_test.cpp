// The sandbox relay centre over a real socket, with the real line at the other end.
#include "sandbox/relay_centre.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "net/event_loop.hpp"
#include "net/tcp_stream.hpp"
#include "tests/net/relay_line_helpers.hpp"

namespace spillway::sandbox {
namespace {

using namespace std::chrono_literals;
using net::LineLoss;
using net::LineRecorder;
using net::RelayMessage;
using net::RelayReply;
using net::RelayRequest;

class RelayCentreTest : public testing::Test {
 protected:
  RelayCentreTest() { options_.port = 0; }
  ~RelayCentreTest() override {
    connection_.reset();
    centre_.reset();
    std::filesystem::remove(ledger_path());
  }

  static std::string ledger_path() {
    return (std::filesystem::temp_directory_path() /
            ("spillway-ledger-" + std::to_string(::getpid()) + ".jsonl"))
        .string();
  }

  void start_centre() {
    centre_ = std::make_unique<RelayCentre>(centre_loop_, options_);
    const auto port = centre_->start();
    ASSERT_TRUE(port) << port.error().message;
    options_.port = *port;  // a next one listens where this one did
  }
  void start() {
    start_centre();
    connection_ = std::make_unique<net::Iso8583Connection>(line_loop_,
                                                           net::options_for(options_.port), seal_);
    connection_->start(recorder_);
    ASSERT_TRUE(recorder_.wait_for_ups(1));
  }

  RelayRequest request(std::uint64_t order, std::string_view card = net::usable_card,
                       std::uint16_t attempt = 1) const {
    return net::request_for(seal_, order, card, attempt);
  }
  // Sends one request and gives the reply to it.
  RelayReply ask(const RelayRequest& one) {
    const std::size_t before = recorder_.replies().size();
    connection_->send({one});
    EXPECT_TRUE(recorder_.wait_for_replies(before + 1));
    const auto replies = recorder_.replies();
    return replies.size() > before ? replies[before] : RelayReply();
  }
  std::string ask_code(const RelayRequest& one) { return std::string(ask(one).code.view()); }

  // Waits until the centre has seen everything that was sent: it answers in order when it answers
  // at once.
  void settle(std::uint64_t order) { EXPECT_EQ(ask_code(request(order)), "00"); }

  net::EventLoop centre_loop_{"centre"};
  net::EventLoop line_loop_{"line"};
  net::OpenSeal seal_;
  LineRecorder recorder_;
  RelayCentreOptions options_;
  std::unique_ptr<RelayCentre> centre_;
  std::unique_ptr<net::Iso8583Connection> connection_;
};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

TEST_F(RelayCentreTest, AnswersEachCardOfTheTable) {
  start();
  struct Row {
    std::string_view card;
    std::string_view code;
  };
  const std::vector<Row> table{
      {"4242424242424242", "00"}, {"5555555555554444", "00"}, {"3530111333300000", "00"},
      {"4000000000000002", "05"}, {"4000000000009995", "51"}, {"4000000000000069", "54"},
      {"4000000000000010", "01"}, {"378282246310005", "00"},  {"30569309025904", "00"},
  };
  std::uint64_t order = 0;
  for (const Row& row : table) {
    const RelayReply reply = ask(request(++order, row.card));
    const bool usable = row.code == "00";
    EXPECT_EQ(reply.code.view(), row.code) << row.card;
    EXPECT_EQ(reply.reference, make_reference(1, {order}, {1}));
    EXPECT_FALSE(reply.to_reversal);
    EXPECT_EQ(reply.approval_code.size(), usable ? 6U : 0U) << row.card;
    EXPECT_EQ(centre_->live(reply.reference), usable ? 1 : 0) << row.card;
  }
}

TEST_F(RelayCentreTest, SaysNothingOfTheSilentCardButToAReversal) {
  start();
  const RelayRequest silent = request(1, "4000000000000028");
  connection_->send({silent, as(RelayMessage::authorization_repeat, silent)});
  settle(2);
  EXPECT_EQ(recorder_.replies().size(), 1U);
  EXPECT_EQ(centre_->live(silent.reference), 1) << "it was authorized all the same";
  const RelayReply reversed = ask(as(RelayMessage::reversal, silent));
  EXPECT_TRUE(reversed.to_reversal);
  EXPECT_EQ(reversed.code.view(), "00");
  EXPECT_EQ(centre_->live(silent.reference), 0);
}

TEST_F(RelayCentreTest, AnswersTheLateCardAfterItsTime) {
  options_.late_by = 50ms;
  start();
  const auto began = std::chrono::steady_clock::now();
  connection_->send({request(1, "4000000000000036")});
  settle(2);
  ASSERT_TRUE(recorder_.wait_for_replies(2));
  EXPECT_GE(std::chrono::steady_clock::now() - began, 50ms);
  EXPECT_EQ(recorder_.replies()[1].reference, make_reference(1, {1}, {1}));
  EXPECT_EQ(recorder_.replies()[1].code.view(), "00");
}

TEST_F(RelayCentreTest, AnswersARepeatOfTheLateCardAtOnce) {
  options_.late_by = 1h;
  start();
  const RelayRequest late = request(1, "4000000000000036");
  connection_->send({late});
  const RelayReply reply = ask(as(RelayMessage::authorization_repeat, late));
  EXPECT_EQ(reply.reference, late.reference);
  EXPECT_EQ(reply.code.view(), "00");
  EXPECT_EQ(centre_->live(late.reference), 1);
}

TEST_F(RelayCentreTest, AnswersTheDoubleCardTwice) {
  start();
  connection_->send({request(1, "4000000000000044")});
  ASSERT_TRUE(recorder_.wait_for_replies(2));
  const auto replies = recorder_.replies();
  EXPECT_EQ(replies[0].reference, replies[1].reference);
  EXPECT_EQ(replies[0].approval_code, replies[1].approval_code);
  EXPECT_EQ(centre_->live(replies[0].reference), 1);
}

TEST_F(RelayCentreTest, AnswersTheGarbageCardWithGarbageOnce) {
  start();
  const RelayRequest garbage = request(1, "4000000000000051");
  connection_->send({garbage});
  ASSERT_TRUE(recorder_.wait_for_losses(1));
  EXPECT_EQ(recorder_.losses()[0], LineLoss::unreadable);
  ASSERT_TRUE(recorder_.wait_for_ups(2));
  EXPECT_TRUE(recorder_.replies().empty());
  EXPECT_EQ(ask_code(as(RelayMessage::authorization_repeat, garbage)), "00");
  EXPECT_EQ(centre_->live(garbage.reference), 1);
  EXPECT_EQ(ask_code(request(1, "4000000000000051", 2)), "00") << "a second attempt is plain";
}

TEST_F(RelayCentreTest, RefusesTheFirstAttemptOfTheCardWhoseIssuerIsAway) {
  start();
  for (std::uint64_t order = 1; order <= 2; ++order) {
    const RelayRequest first = request(order, "4000000000000119");
    EXPECT_EQ(ask_code(first), "91");
    EXPECT_EQ(ask_code(as(RelayMessage::authorization_repeat, first)), "91")
        << "a repeat is no new attempt";
    EXPECT_EQ(ask_code(request(order, "4000000000000119", 2)), "00");
  }
  RelayRequest foreign = request(3, "4000000000000119");
  foreign.reference = "000000000017";
  EXPECT_EQ(ask_code(foreign), "91");
  foreign.reference = "000000000018";
  EXPECT_EQ(ask_code(foreign), "00");
}

TEST_F(RelayCentreTest, AuthorizesTenThousandInAnyOrder) {
  options_.latency = {0us, 20ms};
  start();
  constexpr std::uint64_t orders = 10'000;
  constexpr std::uint64_t batch = 250;
  for (std::uint64_t first = 1; first <= orders; first += batch) {
    std::vector<RelayRequest> requests;
    for (std::uint64_t order = first; order < first + batch; ++order)
      requests.push_back(request(order));
    connection_->send(std::move(requests));
  }
  ASSERT_TRUE(recorder_.wait_for_replies(orders));
  const auto replies = recorder_.replies();
  std::set<std::string_view> references;
  bool in_order = true;
  std::uint64_t last = 0;
  for (const RelayReply& reply : replies) {
    EXPECT_EQ(reply.code.view(), "00");
    references.insert(reply.reference.view());
    const std::uint64_t order = parse_reference(reply.reference).value().order.value;
    in_order = in_order && order > last;
    last = order;
  }
  EXPECT_EQ(replies.size(), orders);
  EXPECT_EQ(references.size(), orders) << "each exactly once";
  EXPECT_FALSE(in_order) << "the latency mixes them";
  EXPECT_LT(recorder_.reply_calls(), orders / 2) << "replies come in batches";
  EXPECT_EQ(centre_->all_live().size(), orders);
}

TEST_F(RelayCentreTest, GivesARepeatTheAnswerItGave) {
  start();
  const RelayRequest known = request(1);
  const RelayReply first = ask(known);
  const RelayReply repeated = ask(as(RelayMessage::authorization_repeat, known));
  EXPECT_EQ(repeated.approval_code, first.approval_code);
  const RelayRequest unknown = request(2);
  EXPECT_EQ(ask_code(as(RelayMessage::authorization_repeat, unknown)), "00");
  EXPECT_EQ(centre_->live(known.reference), 1);
  EXPECT_EQ(centre_->live(unknown.reference), 1) << "a repeat of what never came authorizes";
}

TEST_F(RelayCentreTest, AuthorizesARepeatAnewWhenItDoesNotRecogniseIt) {
  options_.repeats_recognised = false;
  start();
  const RelayRequest one = request(1);
  const RelayReply first = ask(one);
  const RelayReply second = ask(as(RelayMessage::authorization_repeat, one));
  EXPECT_NE(first.approval_code, second.approval_code);
  EXPECT_EQ(centre_->live(one.reference), 2);
}

TEST_F(RelayCentreTest, ReversesAndKeepsItReversed) {
  start();
  const RelayRequest one = request(1);
  EXPECT_EQ(ask_code(one), "00");
  EXPECT_EQ(ask_code(as(RelayMessage::reversal, one)), "00");
  EXPECT_EQ(ask_code(as(RelayMessage::reversal_repeat, one)), "00");
  EXPECT_EQ(ask_code(as(RelayMessage::authorization_repeat, one)), "12");
  EXPECT_EQ(centre_->live(one.reference), 0);
}

TEST_F(RelayCentreTest, NeverAuthorizesWhatWasReversedBeforeItCame) {
  start();
  const RelayRequest one = request(1);
  EXPECT_EQ(ask_code(as(RelayMessage::reversal, one)), "25");
  EXPECT_EQ(ask_code(one), "12");
  EXPECT_EQ(ask_code(as(RelayMessage::reversal_repeat, one)), "25");
  EXPECT_EQ(centre_->live(one.reference), 0);
}

TEST_F(RelayCentreTest, TakesAReversalWithoutTheCard) {
  start();
  RelayRequest one = request(1);
  EXPECT_EQ(ask_code(one), "00");
  one.card.reset();
  EXPECT_EQ(ask_code(as(RelayMessage::reversal, one)), "00");
  EXPECT_EQ(centre_->live(one.reference), 0);
}

TEST_F(RelayCentreTest, Answers96AboveItsRate) {
  options_.rate = 0.001;  // a burst of one, and then nothing for a long time
  start();
  EXPECT_EQ(ask_code(request(1)), "00");
  const RelayRequest above = request(2);
  EXPECT_EQ(ask_code(above), "96");
  EXPECT_EQ(ask_code(as(RelayMessage::authorization_repeat, above)), "96");
  EXPECT_EQ(ask_code(as(RelayMessage::reversal, request(1))), "00") << "reversals always pass";
  EXPECT_EQ(centre_->live(above.reference), 0);
}

TEST_F(RelayCentreTest, TakesTheLatencyItWasTold) {
  options_.latency = {30ms, 30ms};
  start();
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(ask_code(request(1)), "00");
  EXPECT_GE(std::chrono::steady_clock::now() - began, 30ms);
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

TEST_F(RelayCentreTest, ServesSeveralLines) {
  start();
  LineRecorder other_recorder;
  net::Iso8583Connection other(line_loop_, net::options_for(options_.port), seal_);
  other.start(other_recorder);
  ASSERT_TRUE(other_recorder.wait_for_ups(1));
  EXPECT_EQ(centre_->counts().lines, 2U);
  other.send({request(2)});
  EXPECT_EQ(ask_code(request(1)), "00");
  ASSERT_TRUE(other_recorder.wait_for_replies(1));
  EXPECT_EQ(other_recorder.replies()[0].reference, make_reference(1, {2}, {1}));
  EXPECT_EQ(recorder_.replies().size(), 1U) << "an answer goes to the line that asked";
}

TEST_F(RelayCentreTest, AnswersEchoesAndNotesSignOff) {
  start_centre();
  net::RelayOptions options = net::options_for(options_.port);
  options.heartbeat_after = 2ms;
  net::Iso8583Connection line(line_loop_, options, seal_);
  line.start(recorder_);
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  const auto deadline = std::chrono::steady_clock::now() + net::patience;
  while (centre_->counts().echoes < 3 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_GE(centre_->counts().echoes, 3U);
  line.stop();
  while (centre_->counts().lines > 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_EQ(centre_->counts().sign_offs, 1U);
  EXPECT_TRUE(recorder_.losses().empty());
}

// Says something on a plain connection and waits for its end.
class PlainPeer : public net::TcpStreamListener {
 public:
  PlainPeer(net::EventLoop& loop, std::uint16_t port, std::string bytes)
      : loop_(loop), bytes_(std::move(bytes)) {
    loop_.run_and_wait([&] { stream_ = net::TcpStream::connect(loop_, "127.0.0.1", port, *this); });
  }
  ~PlainPeer() override {
    loop_.run_and_wait([this] { stream_.reset(); });
  }
  bool wait_for_end() {
    return end_.get_future().wait_for(net::patience) == std::future_status::ready;
  }

 private:
  void on_connected() override { stream_->write(bytes_); }
  std::size_t on_bytes(std::string_view bytes) override { return bytes.size(); }
  void on_closed() override {
    stream_.reset();
    end_.set_value();
  }

  net::EventLoop& loop_;
  std::string bytes_;
  std::unique_ptr<net::TcpStream> stream_;
  std::promise<void> end_;
};

TEST_F(RelayCentreTest, DropsALineThatSpeaksSomethingElse) {
  start();
  for (const char* bytes : {"GET / HTTP/1.1\r\n\r\n", "\xff\xff\xff\xff", "\x01\x01\x01"}) {
    PlainPeer peer(line_loop_, options_.port, bytes);
    EXPECT_TRUE(peer.wait_for_end()) << bytes;
  }
  EXPECT_EQ(centre_->counts().unreadable, 3U);
  settle(1);
}

TEST_F(RelayCentreTest, SaysWhyItCannotListen) {
  start_centre();
  RelayCentre second(centre_loop_, options_);
  const auto port = second.start();
  ASSERT_FALSE(port);
  EXPECT_NE(port.error().message.find("127.0.0.1:"), std::string::npos);
  RelayCentreOptions elsewhere;
  elsewhere.address = "relay.example";
  EXPECT_FALSE(RelayCentre(centre_loop_, elsewhere).start());
}

// ---- Faults ----

TEST_F(RelayCentreTest, LosesRequestsAndAnswers) {
  options_.faults.lost = 1;
  start();
  std::vector<RelayRequest> requests;
  for (std::uint64_t order = 1; order <= 200; ++order) requests.push_back(request(order));
  connection_->send(std::move(requests));
  const auto deadline = std::chrono::steady_clock::now() + net::patience;
  while (centre_->counts().authorizations < 200 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_TRUE(recorder_.replies().empty());
  EXPECT_GT(centre_->all_live().size(), 50U) << "of some the answer was lost";
  EXPECT_LT(centre_->all_live().size(), 150U) << "of others the request";
}

TEST_F(RelayCentreTest, DropsLines) {
  options_.faults.drop = 1;
  start();
  for (std::size_t times = 1; times <= 5; ++times) {
    connection_->send({request(times)});
    ASSERT_TRUE(recorder_.wait_for_losses(times));
    EXPECT_EQ(recorder_.losses().back(), LineLoss::closed);
    ASSERT_TRUE(recorder_.wait_for_ups(times + 1));
  }
  EXPECT_TRUE(recorder_.replies().empty());
}

TEST_F(RelayCentreTest, AnswersWithGarbage) {
  options_.faults.garbage = 1;
  start();
  connection_->send({request(1)});
  ASSERT_TRUE(recorder_.wait_for_losses(1));
  EXPECT_EQ(recorder_.losses()[0], LineLoss::unreadable);
  ASSERT_TRUE(recorder_.wait_for_ups(2));
}

TEST_F(RelayCentreTest, AnswersLateAndTwice) {
  options_.late_by = 20ms;
  options_.faults.late = 0.5;
  options_.faults.twice = 0.5;
  start();
  std::vector<RelayRequest> requests;
  for (std::uint64_t order = 1; order <= 200; ++order) requests.push_back(request(order));
  connection_->send(std::move(requests));
  ASSERT_TRUE(recorder_.wait_for_replies(250));
  std::map<std::string_view, int> times;
  const auto replies = recorder_.replies();
  for (const RelayReply& reply : replies) ++times[reply.reference.view()];
  const auto twice = std::ranges::count_if(times, [](const auto& t) { return t.second == 2; });
  EXPECT_GT(twice, 50);
  EXPECT_LT(twice, 150);
}

TEST_F(RelayCentreTest, RunsTheSameFromTheSameSeed) {
  std::vector<std::vector<std::string>> runs;
  for (const std::uint64_t seed : {7U, 7U, 8U}) {
    options_.seed = seed;
    options_.port = 0;
    options_.faults.lost = 0.3;
    RelayCentre centre(centre_loop_, options_);
    const auto port = centre.start();
    ASSERT_TRUE(port);
    LineRecorder recorder;
    net::Iso8583Connection line(line_loop_, net::options_for(*port), seal_);
    line.start(recorder);
    ASSERT_TRUE(recorder.wait_for_ups(1));
    std::vector<RelayRequest> requests;
    for (std::uint64_t order = 1; order <= 100; ++order) requests.push_back(request(order));
    line.send(std::move(requests));
    const auto deadline = std::chrono::steady_clock::now() + net::patience;
    while (centre.counts().authorizations < 100 && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    std::vector<std::string> live;
    for (const auto& one : centre.all_live()) live.emplace_back(one.reference.view());
    std::ranges::sort(live);
    runs.push_back(live);
  }
  EXPECT_EQ(runs[0], runs[1]);
  EXPECT_NE(runs[0], runs[2]);
}

// ---- The ledger ----

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
                        R"(","authorized":true,"live":1})");
  expect(booked[1], R"("message":"0101","reference":")" + reference);
  expect(booked[1], R"("approval_code":")" + approval + R"(","authorized":false,"live":1})");
  expect(booked[2], R"("message":"0400","reference":")" + reference);
  expect(booked[2], R"("response_code":"00","approval_code":"","authorized":false,"live":0})");
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
