#include "actors/cluster/node_protocol.hpp"

#include <gtest/gtest.h>

#include "actors/cluster/node_peer.hpp"
#include "engine/sharing/limits.hpp"
#include "tests/actors/cluster/sample_request.hpp"

namespace spillway::actors::node {
namespace {

TEST(NodeProtocol, ReadsTheRequestsThatItWrites) {
  LineRequest without_card = request_of(2);
  without_card.message = net::RelayMessage::reversal;
  without_card.card.reset();
  const auto read = decode(encode(Requests{4, {request_of(1), without_card}}));
  ASSERT_TRUE(read);
  const auto& requests = std::get<Requests>(*read);
  EXPECT_EQ(requests.line, 4);
  ASSERT_EQ(requests.requests.size(), 2U);
  const LineRequest& first = requests.requests[0];
  const LineRequest expected = request_of(1);
  EXPECT_EQ(first.message, expected.message);
  EXPECT_EQ(first.order, expected.order);
  EXPECT_EQ(first.attempt, expected.attempt);
  EXPECT_EQ(first.reference, expected.reference);
  EXPECT_EQ(first.stan, expected.stan);
  EXPECT_EQ(first.sent_at, expected.sent_at);
  EXPECT_EQ(first.amount, expected.amount);
  EXPECT_EQ(first.shop, expected.shop);
  EXPECT_EQ(first.card, expected.card);
  EXPECT_FALSE(requests.requests[1].card);
}

std::vector<Message> one_of_each() {
  return {Hello{"node-1", 5, "nonce", "key", "pem", {{"east", true}, {"west", false}}},
          Welcome{1, "nonce", "key", "pem", "signature"},
          Proof{"signature"},
          Joined{77},
          Refused{"no"},
          Report{9, true, {{500, 3, true, 25}}},
          Echo{9},
          Want{1, PermitUse::settlement, 5},
          Offer{1, PermitUse::authorization, 5},
          Return{1, PermitUse::authorization, 5},
          CardKeys{{{3, "sealed"}}},
          Merchants{{{ShopId{1}, {"5661", "SHOES001", "000000012345678"}}}},
          Requests{0, {request_of(1)}},
          Results{8,
                  0,
                  {{OrderNumber{1}, {Attempt{1}, {"00", 3150, 392}, "A12345"}},
                   {OrderNumber{5}, {Attempt{1}, {"10", 0, {}}, ""}}},
                  {{OrderNumber{2}, Attempt{1}, DoubtReason::no_answer}},
                  {{OrderNumber{3}, Attempt{2}, 17, {"00", 999'999'999'999, 65'535}}},
                  {{OrderNumber{4}, Attempt{1}, DoubtReason::line_lost}}},
          Acknowledged{8},
          Drain{},
          Lend{1, 250},
          Undrain{}};
}

TEST(NodeProtocol, ReadsEachMessageThatItWrites) {
  const auto messages = one_of_each();
  ASSERT_EQ(messages.size(), std::variant_size_v<Message>);
  for (const Message& message : messages) {
    const std::string bytes = encode(message);
    const auto read = decode(bytes);
    ASSERT_TRUE(read) << message.index();
    EXPECT_EQ(read->index(), message.index());
    EXPECT_EQ(encode(*read), bytes) << message.index();
  }
}

TEST(NodeProtocol, SaysOfWhichSumAnAnswerIs) {
  Results results{8, 0, {}, {}, {}, {}};
  results.answered = {{OrderNumber{1}, {Attempt{1}, {"10", 2000, 392}, ""}},
                      {OrderNumber{2}, {Attempt{1}, {"00", 0, {}}, "A12345"}}};
  results.reversals = {{OrderNumber{3}, Attempt{2}, 17, {"00", {}, 840}}};
  const auto read = decode(encode(results));
  ASSERT_TRUE(read);
  const auto& as_read = std::get<Results>(*read);
  EXPECT_EQ(as_read.answered[0].answer.answer, results.answered[0].answer.answer);
  EXPECT_EQ(as_read.answered[1].answer.answer, results.answered[1].answer.answer);
  EXPECT_EQ(as_read.reversals[0].answer, results.reversals[0].answer);

  const auto old = decode(encode(results, 2), 2);
  ASSERT_TRUE(old);
  EXPECT_EQ(std::get<Results>(*old).answered[0].answer.answer, RelayAnswer{"10"});
  EXPECT_EQ(std::get<Results>(*old).reversals[0].answer, RelayAnswer{"00"});
  EXPECT_FALSE(decode(encode(results, 2), 3)) << "no version is taken for another";
}

TEST(NodeProtocol, RefusesWhatIsCutOrLonger) {
  for (const Message& message : one_of_each()) {
    const std::string bytes = encode(message);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size))) << message.index();
    EXPECT_FALSE(decode(bytes + '\0')) << message.index();
  }
  EXPECT_FALSE(decode(std::string(limits::node_frame_max + 1, '\0')));
}

TEST(NodeProtocol, RefusesARequestThatIsNotWhatItsReferenceSays) {
  LineRequest request = request_of(1);
  request.order = OrderNumber{2};
  EXPECT_FALSE(decode(encode(Requests{0, {request}})));
  request = request_of(1);
  request.message = static_cast<net::RelayMessage>(9);
  EXPECT_FALSE(decode(encode(Requests{0, {request}})));
  EXPECT_FALSE(decode(encode(Want{0, static_cast<PermitUse>(7), 1})));
}

TEST(NodeProtocol, RefusesADoubtOfNoReason) {
  for (const int reason : {0, 6, 255}) {
    const UnansweredOrder order{OrderNumber{1}, Attempt{1}, static_cast<DoubtReason>(reason)};
    EXPECT_FALSE(decode(encode(Results{1, 0, {}, {order}, {}, {}}))) << reason;
    EXPECT_FALSE(decode(encode(Results{1, 0, {}, {}, {}, {order}}))) << reason;
  }
}

TEST(NodeProtocol, SignsForOneSideAndOneExchangeOnly) {
  const Hello hello{"node-1", 5, "nonce", "key", "pem", {{"east"}}};
  Welcome welcome{1, "nonce", "key", "pem", ""};
  const std::string as_node = transcript("node", hello, welcome);
  EXPECT_NE(as_node, transcript("system", hello, welcome));
  welcome.signature = "any";
  EXPECT_EQ(as_node, transcript("node", hello, welcome));
  welcome.nonce = "other";
  EXPECT_NE(as_node, transcript("node", hello, welcome));
}

TEST(NodePeer, HearsFramesInTheirTurnOnly) {
  NodePeer peer;
  std::string why;
  const std::string bytes = encode(Drain{});
  EXPECT_TRUE(peer.hear({protocol_version, 5, 1, bytes}, 5, why));
  EXPECT_TRUE(peer.hear({protocol_version, 5, 2, bytes}, 5, why));
  EXPECT_FALSE(peer.hear({protocol_version, 5, 2, bytes}, 5, why));
  EXPECT_EQ(why, "frames were lost on the way");
  EXPECT_FALSE(NodePeer().hear({1, 0, 1, bytes}, 0, why));
  EXPECT_EQ(why, "speaks version 1 of the node protocol, not 3");
  EXPECT_FALSE(NodePeer().hear({protocol_version + 1, 0, 1, bytes}, 0, why));
  EXPECT_EQ(why, "speaks version 4 of the node protocol, not 3");
  EXPECT_FALSE(NodePeer().hear({protocol_version, 4, 1, bytes}, 5, why));
  EXPECT_EQ(why, "spoke under another epoch");
  EXPECT_FALSE(NodePeer().hear({protocol_version, 0, 1, "rubbish"}, 0, why));
  EXPECT_EQ(why, "sent something unreadable");
}

TEST(NodePeer, StaysWithTheVersionThatItHeardFirst) {
  const std::string bytes =
      encode(Results{1, 0, {{OrderNumber{1}, {Attempt{1}, {"00"}, ""}}}, {}, {}, {}}, 2);
  NodePeer peer;
  std::string why;
  EXPECT_TRUE(peer.hear({2, 5, 1, bytes}, 5, why)) << why;
  EXPECT_FALSE(peer.hear({3, 5, 2, bytes}, 5, why));
  EXPECT_EQ(why, "speaks version 3 of the node protocol, not 2");
  EXPECT_TRUE(peer.hear({2, 5, 2, bytes}, 5, why)) << why;
}

}  // namespace
}  // namespace spillway::actors::node
