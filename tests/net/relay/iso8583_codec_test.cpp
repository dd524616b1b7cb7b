// The form of the messages: iso8583.hpp and relay_messages.hpp, without a line.
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/net/fixtures/iso8583_messages.hpp"

namespace spillway::net {
namespace {

using namespace messages;

TEST(Iso8583, WritesEachMessageAsTheProtocolSays) {
  for (const Golden& row : golden())
    EXPECT_EQ(to_hex(row.written), to_hex(expected_bytes(row.expected))) << row.name;
}

// docs/relay-protocol.md, without its comments and spaces.
std::string bytes_in_the_document() {
  std::ifstream file(SPILLWAY_SOURCE_DIR "/docs/relay-protocol.md");
  std::string all;
  bool in_block = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) in_block = !in_block;
    if (!in_block || line.starts_with("```")) continue;
    // What stands behind two spaces is said of the bytes.
    for (const char c : line.substr(0, line.find("  "))) {
      if (c != ' ') all += c;
    }
  }
  return all;
}

TEST(Iso8583, StandsInTheDocumentByteForByte) {
  const std::string document = bytes_in_the_document();
  for (const Golden& row : golden()) {
    const std::string name = row.name;
    if (name == "0101" || name.starts_with("0401")) continue;
    EXPECT_NE(document.find(to_hex(row.written)), std::string::npos) << name;
  }
  Frame frame{};
  const std::string echo = written_network("301");
  const auto request = iso8583::decode(std::string_view(echo).substr(2));
  ASSERT_TRUE(request);
  const std::size_t size = write_network_response(*request, "00", frame);
  EXPECT_NE(document.find(to_hex({frame.data(), size})), std::string::npos) << "0810";
}

TEST(Iso8583, ReadsWhatItWrites) {
  for (const Golden& row : golden()) {
    const auto frame = iso8583::next_message(row.written);
    ASSERT_TRUE(frame && *frame) << row.name;
    EXPECT_EQ((*frame)->size() + 2, row.written.size()) << row.name;
    const auto message = iso8583::decode(**frame);
    ASSERT_TRUE(message) << row.name << ": " << to_text(message.error());
    EXPECT_TRUE(message->has(Field::stan)) << row.name;
  }
  const std::string bytes = written(RelayMessage::authorization);
  const auto message = iso8583::decode(std::string_view(bytes).substr(2));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->type(), MessageType::authorization_request);
  EXPECT_EQ((*message)[Field::card_number], card_digits);
  EXPECT_EQ((*message)[Field::expiry], "2812");
  EXPECT_EQ(iso8583::number_in((*message)[Field::amount]), 3150U);
  EXPECT_EQ((*message)[Field::reference], "A00000012001");
  EXPECT_FALSE(message->has(Field::approval_code));
  EXPECT_EQ((*message)[Field::approval_code], "");
}

TEST(Iso8583, AnswersATextThatFillsItsFieldPartlyWithSpaces) {
  Frame frame{};
  iso8583::Writer writer(frame, MessageType::authorization_response);
  writer.number(Field::stan, 1);
  writer.text(Field::reference, "ABC");
  writer.text(Field::approval_code, "K7");
  writer.text(Field::response_code, "00");
  const std::size_t size = writer.finish();
  const auto message = iso8583::decode({frame.data() + 2, size - 2});
  ASSERT_TRUE(message);
  EXPECT_EQ((*message)[Field::reference], "ABC         ");
  const RelayReply reply = reply_from(*message);
  EXPECT_EQ(reply.reference.view(), "ABC");
  EXPECT_EQ(reply.approval_code.view(), "K7");
  EXPECT_EQ(reply.code.view(), "00");
  EXPECT_FALSE(reply.to_reversal);
}

TEST(Iso8583, SaysOfWhichAmountAndCurrencyAnAnswerIs) {
  Frame frame{};
  iso8583::Writer writer(frame, MessageType::authorization_response);
  writer.number(Field::amount, 2000);
  writer.number(Field::stan, 1);
  writer.text(Field::reference, "ABC");
  writer.text(Field::response_code, "10");
  writer.number(Field::currency, 840);
  const std::size_t size = writer.finish();
  const auto message = iso8583::decode({frame.data() + 2, size - 2});
  ASSERT_TRUE(message);
  EXPECT_EQ(reply_from(*message).amount, 2000);
  EXPECT_EQ(reply_from(*message).currency, 840);

  const std::string silent = written_answer(MessageType::authorization_response, "00", "K7P2Q9");
  const auto without = iso8583::decode(std::string_view(silent).substr(2));
  ASSERT_TRUE(without);
  EXPECT_FALSE(reply_from(*without).amount);
  EXPECT_FALSE(reply_from(*without).currency);
}

TEST(Iso8583, TakesAnApprovalCodeOfSpacesAsNone) {
  const std::string bytes = written_answer(MessageType::reversal_response, "00", "      ");
  const auto message = iso8583::decode(std::string_view(bytes).substr(2));
  ASSERT_TRUE(message);
  EXPECT_TRUE(reply_from(*message).approval_code.empty());
  EXPECT_TRUE(reply_from(*message).to_reversal);
}

TEST(Iso8583, WritesNothingThatDoesNotFitItsField) {
  Frame frame{};
  RelayRequest request = request_of(RelayMessage::authorization);
  EXPECT_EQ(write_request(request, nullptr, merchant, "123456", frame), 0U);
  EXPECT_EQ(write_request(request, &card(), merchant, "123456789012", frame), 0U);
  EXPECT_EQ(write_request(request, &card(), {"5999", "TERM00001", "S"}, "1", frame), 0U);
  EXPECT_EQ(write_request(request, &card(), {"59", "TERM0001", "S"}, "1", frame), 0U);
  request.amount.minor_units = 1'000'000'000'000;
  EXPECT_EQ(write_request(request, &card(), merchant, "123456", frame), 0U);
  request.amount.minor_units = -1;
  EXPECT_EQ(write_request(request, &card(), merchant, "123456", frame), 0U);
}

TEST(Iso8583, FitsTheLargestMessageIntoItsBuffer) {
  Frame frame{};
  RelayRequest request = request_of(RelayMessage::reversal);
  request.amount = {999'999'999'999, {999}};
  const CardDetails longest{*CardNumber::from("6304000000000000000"), {2099, 12}};
  EXPECT_GT(write_request(request, &longest, merchant, "99999999999", frame), 0U);
}

}  // namespace
}  // namespace spillway::net
