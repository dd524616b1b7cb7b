// How the sandbox relay centre answers.
#include <future>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "net/stream/tcp_stream.hpp"
#include "tests/sandbox/relay_centre_fixture.hpp"

namespace spillway::sandbox {
namespace {

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
  EXPECT_EQ(recorder_.losses()[0], LineLoss::closed);
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

}  // namespace
}  // namespace spillway::sandbox
