// The form of the messages: iso8583.hpp and relay_messages.hpp, without a line.
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "net/iso8583.hpp"
#include "net/relay_messages.hpp"

namespace spillway::net {
namespace {

using iso8583::Field;
using iso8583::Flaw;
using iso8583::MessageType;
using Frame = std::array<char, iso8583::frame_size_max>;

constexpr std::string_view card_digits = "4242424242424242";

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4U];
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) & 15U];
  }
  return hex;
}

// A text in which "<..>" holds hex and everything else stands for itself.
std::string from_text(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '<') {
      bytes += text[i];
      continue;
    }
    const std::size_t close = text.find('>', i);
    for (std::size_t at = i + 1; at < close; at += 2)
      bytes += static_cast<char>(std::stoi(std::string(text.substr(at, 2)), nullptr, 16));
    i = close;
  }
  return bytes;
}

RelayRequest request_of(RelayMessage message) {
  RelayRequest request;
  request.message = message;
  request.reference = "A00000012001";
  request.stan = 4711;
  request.sent_at = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) +
                    std::chrono::hours(22) + std::chrono::minutes(5) + std::chrono::seconds(9) +
                    std::chrono::microseconds(999'999);
  request.amount = {3150, {392}};
  request.shop = {1};
  return request;
}

const CardDetails& card() {
  static const CardDetails details{*CardNumber::from(card_digits), {2028, 12}};
  return details;
}

const Merchant merchant{"5999", "TERM0001", "SHOP00000000001"};

std::string written(RelayMessage message, bool with_card = true) {
  Frame frame{};
  const std::size_t size =
      write_request(request_of(message), with_card ? &card() : nullptr, merchant, "123456", frame);
  return {frame.data(), size};
}

std::string written_answer(MessageType type, std::string_view code, std::string_view approval) {
  Frame frame{};
  iso8583::Writer writer(frame, type);
  writer.number(Field::stan, 4711);
  writer.text(Field::reference, "A00000012001");
  if (!approval.empty()) writer.text(Field::approval_code, approval);
  writer.text(Field::response_code, code);
  return {frame.data(), writer.finish()};
}

std::string written_network(std::string_view code) {
  Frame frame{};
  const std::size_t size = write_network_request(code, 42, request_of({}).sent_at, "123456", frame);
  return {frame.data(), size};
}

struct Golden {
  const char* name;
  std::string written;
  const char* expected;
};

// Written by hand from docs/relay-protocol.md. Bit 1 of the first byte of the bitmaps is 80.
const std::vector<Golden>& golden() {
  static const std::vector<Golden> table{
      {"0100", written(RelayMessage::authorization),
       "<008d>0100<f23c4481 08c08000 00000000 00000000>"
       "164242424242424242000000000000003150112122050900471122050911212812599901259"
       "06123456A00000012001TERM0001SHOP00000000001392"},
      {"0101", written(RelayMessage::authorization_repeat),
       "<008d>0101<f23c4481 08c08000 00000000 00000000>"
       "164242424242424242000000000000003150112122050900471122050911212812599901259"
       "06123456A00000012001TERM0001SHOP00000000001392"},
      {"0400", written(RelayMessage::reversal),
       "<00aa>0400<f2380001 08c08000 00000040 00000000>"
       "164242424242424242000000000000003150112122050900471122050911210612"
       "3456A00000012001TERM0001SHOP00000000001392"
       "0100004711112122050900000123456"
       "00000000000"},
      {"0401 without the card", written(RelayMessage::reversal_repeat, false),
       "<0098>0401<b2380001 08c08000 00000040 00000000>"
       "000000000000003150112122050900471122050911210612"
       "3456A00000012001TERM0001SHOP00000000001392"
       "0100004711112122050900000123456"
       "00000000000"},
      {"0110", written_answer(MessageType::authorization_response, "00", "K7P2Q9"),
       "<002e>0110<80200000 0e000000 00000000 00000000>004711A00000012001K7P2Q900"},
      {"0410", written_answer(MessageType::reversal_response, "25", ""),
       "<0028>0410<80200000 0a000000 00000000 00000000>004711A0000001200125"},
      {"0800", written_network("301"),
       "<002f>0800<82200001 00000000 04000000 00000000>112122050900004206123456301"},
  };
  return table;
}

std::string expected_bytes(std::string_view text) {
  std::string compact;
  bool hex = false;
  for (const char c : text) {
    if (c == '<') hex = true;
    if (c == '>') hex = false;
    if (!(hex && c == ' ')) compact += c;
  }
  return from_text(compact);
}

TEST(Iso8583, WritesEachMessageAsTheProtocolSays) {
  for (const Golden& row : golden())
    EXPECT_EQ(to_hex(row.written), to_hex(expected_bytes(row.expected))) << row.name;
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

struct Broken {
  const char* name;
  std::string message;
  iso8583::Unreadable expected;
};

std::string message_of(std::string_view type_bitmaps_and_fields) {
  return expected_bytes(type_bitmaps_and_fields);
}

TEST(Iso8583, SaysWhatIsWrongWithAMessage) {
  const std::string ok = "0110<80200000 0a000000 00000000 00000000>004711A0000001200100";
  ASSERT_TRUE(iso8583::decode(message_of(ok)));
  const std::vector<Broken> table{
      {"empty", "", {Flaw::size, 0}},
      {"a head cut off", message_of(ok).substr(0, 19), {Flaw::size, 0}},
      {"too long", message_of(ok) + std::string(200, '0'), {Flaw::size, 0}},
      {"letters as a type", message_of("01a0" + ok.substr(4)), {Flaw::type, 0}},
      {"an unknown type", message_of("0120" + ok.substr(4)), {Flaw::type, 0}},
      {"no bit 1", message_of("0110<00200000 0a000000 00000000 00000000>"), {Flaw::bitmap, 0}},
      {"a third bitmap",
       message_of("0110<80200000 0a000000 80000000 00000000>"),
       {Flaw::bitmap, 0}},
      {"field 5",
       message_of("0110<88200000 0a000000 00000000 00000000>"),
       {Flaw::unknown_field, 5}},
      {"field 128",
       message_of("0110<80200000 0a000000 00000000 00000001>"),
       {Flaw::unknown_field, 128}},
      {"no field 39",
       message_of("0110<80200000 08000000 00000000 00000000>"),
       {Flaw::missing_field, 39}},
      {"cut in field 39",
       message_of(ok).substr(0, message_of(ok).size() - 1),
       {Flaw::truncated, 39}},
      {"more behind", message_of(ok) + "0", {Flaw::trailing, 0}},
      {"a letter in field 11",
       message_of("0110<80200000 0a000000 00000000 00000000>00471xA0000001200100"),
       {Flaw::characters, 11}},
      {"a space inside field 37",
       message_of("0110<80200000 0a000000 00000000 00000000>004711A000 001200100"),
       {Flaw::characters, 37}},
      {"a control character in field 41",
       message_of("0110<80200000 0a800000 00000000 00000000>004711A0000001200100TERM<07>001"),
       {Flaw::characters, 41}},
      {"field 32 of no digits",
       message_of("0110<80200001 0a000000 00000000 00000000>00471100A0000001200100"),
       {Flaw::field_length, 32}},
      {"field 32 of 12 digits",
       message_of("0110<80200001 0a000000 00000000 00000000>00471112123456789012A0000001200100"),
       {Flaw::field_length, 32}},
      {"field 32 of a length that is no number",
       message_of("0110<80200001 0a000000 00000000 00000000>004711x1A0000001200100"),
       {Flaw::field_length, 32}},
  };
  for (const Broken& row : table) {
    const auto message = iso8583::decode(row.message);
    ASSERT_FALSE(message) << row.name;
    EXPECT_EQ(message.error(), row.expected) << row.name << ": " << to_text(message.error());
    EXPECT_FALSE(to_text(message.error()).empty()) << row.name;
  }
}

TEST(Iso8583, TellsNothingOfTheCardInAnError) {
  const std::string bytes = written(RelayMessage::authorization);
  std::size_t unreadable = 0;
  for (std::size_t at = 2; at < bytes.size(); ++at) {
    std::string broken = bytes;
    broken[at] = '\x01';
    const auto message = iso8583::decode(std::string_view(broken).substr(2));
    if (message) continue;
    ++unreadable;
    EXPECT_EQ(to_text(message.error()).find("4242"), std::string::npos);
  }
  EXPECT_GT(unreadable, bytes.size() / 2);
}

TEST(Iso8583, WaitsForAMessageThatIsNotAllThere) {
  for (const Golden& row : golden()) {
    for (std::size_t size = 0; size < row.written.size(); ++size) {
      const auto frame = iso8583::next_message(std::string_view(row.written).substr(0, size));
      ASSERT_TRUE(frame) << row.name;
      EXPECT_FALSE(*frame) << row.name << " at " << size;
    }
  }
}

TEST(Iso8583, RefusesALengthThatNoMessageHas) {
  for (const std::string_view length : {"<0000>", "<0013>", "<0200>", "<ffff>"}) {
    const auto frame = iso8583::next_message(expected_bytes(length));
    ASSERT_FALSE(frame) << length;
    EXPECT_EQ(frame.error().flaw, Flaw::size);
  }
}

// Reads the bytes from memory of exactly their size, so that the address sanitizer sees a read
// past the end.
void read_all(const std::string& bytes) {
  const std::vector<char> exact(bytes.begin(), bytes.end());
  const auto message = iso8583::decode({exact.data(), exact.size()});
  if (!message) {
    EXPECT_FALSE(to_text(message.error()).empty());
    return;
  }
  for (const auto& rule : iso8583::field_table) EXPECT_LE((*message)[rule.field].size(), rule.size);
}

TEST(Iso8583, RefusesEveryTruncation) {
  for (const Golden& row : golden()) {
    const std::string message = row.written.substr(2);
    for (std::size_t size = 0; size < message.size(); ++size) {
      const std::vector<char> exact(message.begin(), message.begin() + static_cast<long>(size));
      EXPECT_FALSE(iso8583::decode({exact.data(), exact.size()})) << row.name << " at " << size;
    }
  }
}

TEST(Iso8583, SurvivesEveryFlippedByte) {
  for (const Golden& row : golden()) {
    std::string message = row.written.substr(2);
    for (std::size_t at = 0; at < message.size(); ++at) {
      const char original = message[at];
      for (int value = 0; value < 256; ++value) {
        message[at] = static_cast<char>(value);
        read_all(message);
      }
      message[at] = original;
    }
  }
}

TEST(Iso8583, SurvivesRandomBytes) {
  std::mt19937 random(8583);
  for (int round = 0; round < 100'000; ++round) {
    std::string bytes = golden()[random() % golden().size()].written.substr(2);
    // Sometimes all of it is random, mostly a few bytes of what was a message.
    const std::size_t changes = round % 10 == 0 ? bytes.size() : 1 + random() % 8;
    for (std::size_t i = 0; i < changes; ++i)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(random() % 4 == 0 ? random() % 300 : bytes.size());
    read_all(bytes);
    const auto frame = iso8583::next_message(bytes);
    if (frame && *frame) {
      EXPECT_LT((*frame)->size(), bytes.size());
    }
  }
}

}  // namespace
}  // namespace spillway::net
