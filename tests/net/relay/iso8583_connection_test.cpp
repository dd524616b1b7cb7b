// The line against a peer that does what a test says. tests/sandbox has it against the sandbox
// relay centre.
#include "net/relay/iso8583_connection.hpp"

#include <gtest/gtest.h>

#include "engine/base/limits.hpp"
#include "tests/net/fixtures/scripted_centre.hpp"

namespace spillway::net {
namespace {

using namespace std::chrono_literals;
using iso8583::Field;
using iso8583::MessageType;

std::string answer_to(const RelayRequest& request, std::string_view code,
                      MessageType type = MessageType::authorization_response) {
  std::array<char, iso8583::frame_size_max> frame{};
  iso8583::Writer writer(frame, type);
  writer.number(Field::stan, request.stan);
  writer.text(Field::reference, request.reference.view());
  writer.text(Field::response_code, code);
  return {frame.data(), writer.finish()};
}

class Iso8583ConnectionTest : public testing::Test {
 protected:
  Iso8583Connection& connect(const RelayOptions& options) {
    connection_ = std::make_unique<Iso8583Connection>(line_loop_, options, seal_);
    connection_->start(recorder_);
    return *connection_;
  }
  Iso8583Connection& connect() { return connect(options_for(centre_.port())); }

  EventLoop centre_loop_{"centre"};
  EventLoop line_loop_{"line"};
  OpenSeal seal_;
  ScriptedCentre centre_{centre_loop_};
  LineRecorder recorder_;
  std::unique_ptr<Iso8583Connection> connection_;
};

TEST_F(Iso8583ConnectionTest, IsUpOnceItsSignOnIsAnswered) {
  connect();
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  EXPECT_EQ(centre_.heard("0800/001"), 1U);
  EXPECT_TRUE(recorder_.losses().empty());
}

TEST_F(Iso8583ConnectionTest, TriesAgainWhileItsSignOnIsRefused) {
  centre_.answer_sign_on_with("96");
  connect();
  ASSERT_TRUE(centre_.wait_for("0800/001", 3));
  EXPECT_EQ(recorder_.ups(), 0U);
  centre_.answer_sign_on_with("00");
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  EXPECT_TRUE(recorder_.losses().empty()) << "a line that was never up cannot go down";
}

TEST_F(Iso8583ConnectionTest, SignsOffWhenItStops) {
  Iso8583Connection& connection = connect();
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  connection.stop();
  EXPECT_TRUE(centre_.wait_for("0800/002"));
  EXPECT_TRUE(centre_.wait_for_end());
  EXPECT_TRUE(recorder_.losses().empty());
}

TEST_F(Iso8583ConnectionTest, CallsNobodyAfterItStopped) {
  Iso8583Connection& connection = connect();
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  const RelayRequest request = request_for(seal_, 1);
  centre_.say(answer_to(request, "00"));
  connection.stop();
  const std::size_t replies = recorder_.replies().size();
  connection.send({request});
  connection.stop();
  line_loop_.run_and_wait([] {});
  EXPECT_EQ(recorder_.replies().size(), replies);
  EXPECT_TRUE(recorder_.losses().empty());
  EXPECT_EQ(centre_.heard("0100"), 0U);
}

TEST_F(Iso8583ConnectionTest, SendsEachKindOfRequest) {
  Iso8583Connection& connection = connect();
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  const RelayRequest request = request_for(seal_, 1);
  RelayRequest without_card = as(RelayMessage::reversal_repeat, request);
  without_card.card.reset();
  connection.send({request, as(RelayMessage::authorization_repeat, request),
                   as(RelayMessage::reversal, request), without_card});
  for (const char* message : {"0100", "0101", "0400", "0401"})
    EXPECT_TRUE(centre_.wait_for(message)) << message;
  EXPECT_EQ(connection.unsendable(), 0U);
}

TEST_F(Iso8583ConnectionTest, GivesTheRepliesOfOneReadTogether) {
  connect();
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  std::string bytes;
  for (std::uint64_t order = 1; order <= 100; ++order)
    bytes += answer_to(request_for(seal_, order), "00");
  centre_.say(bytes);
  ASSERT_TRUE(recorder_.wait_for_replies(100));
  EXPECT_LT(recorder_.reply_calls(), 10U);
  const auto replies = recorder_.replies();
  for (std::uint64_t order = 1; order <= 100; ++order)
    EXPECT_EQ(replies[order - 1].reference, make_reference(1, {order}, {1}));
}

TEST_F(Iso8583ConnectionTest, PutsAnAnswerTogetherThatComesInPieces) {
  connect();
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  const std::string bytes = answer_to(request_for(seal_, 7), "00") +
                            answer_to(request_for(seal_, 8), "25", MessageType::reversal_response);
  for (const char byte : bytes) centre_.say(std::string(1, byte));
  ASSERT_TRUE(recorder_.wait_for_replies(2));
  EXPECT_EQ(recorder_.replies()[0].code.view(), "00");
  EXPECT_FALSE(recorder_.replies()[0].to_reversal);
  EXPECT_EQ(recorder_.replies()[1].code.view(), "25");
  EXPECT_TRUE(recorder_.replies()[1].to_reversal);
}

TEST_F(Iso8583ConnectionTest, LosesALineWhoseFramesAreOutOfStep) {
  connect();
  for (std::size_t times = 1; times <= 2; ++times) {
    ASSERT_TRUE(recorder_.wait_for_ups(times));
    centre_.say(answer_to(request_for(seal_, 1), "00") + "\xff\xff");
    ASSERT_TRUE(recorder_.wait_for_losses(times));
    EXPECT_EQ(recorder_.losses().back(), LineLoss::unreadable);
    EXPECT_EQ(recorder_.replies().size(), times) << "what came before it counts";
  }
  EXPECT_TRUE(recorder_.wait_for_ups(3));
  EXPECT_EQ(recorder_.reasons().back(),
            "the frames are out of step: the length is more than a message can have");
}

TEST_F(Iso8583ConnectionTest, MakesALineAgainThatThePeerClosed) {
  connect();
  for (std::size_t times = 1; times <= 3; ++times) {
    ASSERT_TRUE(recorder_.wait_for_ups(times));
    centre_.hang_up();
    ASSERT_TRUE(recorder_.wait_for_losses(times));
    EXPECT_EQ(recorder_.losses().back(), LineLoss::closed);
  }
  EXPECT_TRUE(recorder_.wait_for_ups(4));
}

TEST_F(Iso8583ConnectionTest, AsksForAnEchoWhenItHearsNothing) {
  RelayOptions options = options_for(centre_.port());
  options.heartbeat_after = 5ms;
  connect(options);
  ASSERT_TRUE(centre_.wait_for("0800/301", 5));
  EXPECT_EQ(recorder_.ups(), 1U);
  EXPECT_TRUE(recorder_.losses().empty());
}

TEST_F(Iso8583ConnectionTest, LosesALineThatFellSilent) {
  centre_.answer_echoes(false);
  RelayOptions options = options_for(centre_.port());
  options.heartbeat_after = 5ms;
  options.silence_max = 20ms;
  connect(options);
  ASSERT_TRUE(recorder_.wait_for_losses(1));
  EXPECT_EQ(recorder_.losses()[0], LineLoss::silent);
  EXPECT_GE(centre_.heard("0800/301"), 1U) << "it asked before it gave up";
  EXPECT_TRUE(recorder_.wait_for_ups(2));
}

TEST_F(Iso8583ConnectionTest, AnswersThePeersEchoAndLeavesWhenThePeerSignsOff) {
  connect();
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  std::array<char, iso8583::frame_size_max> frame{};
  const auto network = [&](std::string_view code) {
    return std::string(frame.data(), write_network_request(code, 1, Timestamp(), "99", frame));
  };
  centre_.say(network("301"));
  EXPECT_TRUE(centre_.wait_for("0810/301"));
  centre_.say(network("002"));
  ASSERT_TRUE(recorder_.wait_for_losses(1));
  EXPECT_EQ(recorder_.losses()[0], LineLoss::closed);
  EXPECT_TRUE(recorder_.wait_for_ups(2));
}

TEST_F(Iso8583ConnectionTest, CountsWhatItCannotSendAndSendsTheRest) {
  Iso8583Connection& connection = connect();
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  RelayRequest damaged = request_for(seal_, 1);
  damaged.card->bytes[1] ^= std::byte{1};
  RelayRequest without_card = request_for(seal_, 2);
  without_card.card.reset();
  RelayRequest of_no_shop = request_for(seal_, 3);
  of_no_shop.shop = {2};
  RelayRequest too_much = request_for(seal_, 4);
  too_much.amount.minor_units = limits::amount_max + 1;
  connection.send({damaged, without_card, of_no_shop, too_much, as(RelayMessage::reversal, damaged),
                   request_for(seal_, 5)});
  EXPECT_TRUE(centre_.wait_for("0400")) << "a reversal goes without the card that does not open";
  EXPECT_TRUE(centre_.wait_for("0100"));
  EXPECT_EQ(centre_.heard("0100"), 1U);
  EXPECT_EQ(connection.unsendable(), 4U);
}

TEST_F(Iso8583ConnectionTest, DropsRequestsWhileTheLineIsDown) {
  centre_.answer_sign_on_with("96");
  Iso8583Connection& connection = connect();
  ASSERT_TRUE(centre_.wait_for("0800/001"));
  connection.send({request_for(seal_, 1)});
  line_loop_.run_and_wait([] {});
  centre_.answer_sign_on_with("00");
  ASSERT_TRUE(recorder_.wait_for_ups(1));
  connection.send({as(RelayMessage::reversal, request_for(seal_, 2))});
  ASSERT_TRUE(centre_.wait_for("0400"));
  EXPECT_EQ(centre_.heard("0100"), 0U);
}

TEST_F(Iso8583ConnectionTest, ResolvesAName) {
  RelayOptions options = options_for(centre_.port());
  options.host = "localhost";
  connect(options);
  EXPECT_TRUE(recorder_.wait_for_ups(1));
}

TEST_F(Iso8583ConnectionTest, StopsWhileItIsConnecting) {
  RelayOptions options = options_for(centre_.port());
  for (const char* host : {"127.0.0.1", "localhost", "192.0.2.1"}) {  // RFC 5737: goes nowhere
    options.host = host;
    connect(options).stop();
  }
  connection_.reset();
}

TEST(RelayOptions, AreRefusedWhenNoMessageCouldBeWrittenWithThem) {
  const RelayOptions good = options_for(8583);
  ASSERT_TRUE(check(good));
  struct Row {
    const char* name;
    void (*spoil)(RelayOptions&);
  };
  const std::vector<Row> table{
      {"no host", [](RelayOptions& o) { o.host.clear(); }},
      {"no port", [](RelayOptions& o) { o.port = 0; }},
      {"no acquirer", [](RelayOptions& o) { o.acquirer.clear(); }},
      {"a long acquirer", [](RelayOptions& o) { o.acquirer = "123456789012"; }},
      {"an acquirer of letters", [](RelayOptions& o) { o.acquirer = "12A"; }},
      {"a short category", [](RelayOptions& o) { o.merchants[{1}].category = "599"; }},
      {"no terminal", [](RelayOptions& o) { o.merchants[{1}].terminal.clear(); }},
      {"a long terminal", [](RelayOptions& o) { o.merchants[{1}].terminal = "123456789"; }},
      {"a merchant in UTF-8", [](RelayOptions& o) { o.merchants[{1}].merchant = "Sch\xc3\xb6n"; }},
      {"silence before a heartbeat", [](RelayOptions& o) { o.silence_max = o.heartbeat_after; }},
      {"no wait", [](RelayOptions& o) { o.reconnect_min = Duration::zero(); }},
      {"waits that shrink", [](RelayOptions& o) { o.reconnect_max = o.reconnect_min / 2; }},
  };
  for (const Row& row : table) {
    RelayOptions options = good;
    row.spoil(options);
    EXPECT_FALSE(check(options)) << row.name;
  }
}

}  // namespace
}  // namespace spillway::net
