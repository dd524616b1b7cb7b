// What a relay centre's messages may have different: iso8583_dialect.hpp.
#include <gtest/gtest.h>

#include "tests/net/fixtures/iso8583_messages.hpp"

namespace spillway::net {
namespace {

using namespace messages;
using iso8583::Dialect;

std::string written_in(const Dialect& dialect, RelayMessage message) {
  Frame frame{};
  const std::size_t size =
      write_request(request_of(message), &card(), merchant, "123456", frame, dialect);
  return {frame.data(), size};
}

TEST(Iso8583Dialect, WritesTheSecondBitmapOnlyWhereItIsNeeded) {
  Dialect dialect;
  dialect.always_two_bitmaps = false;
  EXPECT_EQ(to_hex(written_in(dialect, RelayMessage::authorization)),
            to_hex(expected_bytes(
                "<0085>0100<723c4481 08c08000>"
                "164242424242424242000000000000003150112122050900471122050911212812599901259"
                "06123456A00000012001TERM0001SHOP00000000001392")));
  EXPECT_EQ(written_in(dialect, RelayMessage::reversal), written(RelayMessage::reversal))
      << "field 90 is in the second one";
}

TEST(Iso8583Dialect, WritesAndReadsAHeaderBeforeTheType) {
  Dialect dialect;
  dialect.header = std::string("\x60\x00\x03\x00\x00", 5);
  for (const bool two : {true, false}) {
    dialect.always_two_bitmaps = two;
    const std::string frame = written_in(dialect, RelayMessage::authorization);
    EXPECT_EQ(frame.substr(2, 9), dialect.header + "0100");
    const auto bytes = iso8583::next_message(frame);
    ASSERT_TRUE(bytes && *bytes);
    const auto message = iso8583::decode(**bytes, dialect);
    ASSERT_TRUE(message) << to_text(message.error());
    EXPECT_EQ((*message)[Field::card_number], card_digits);
    EXPECT_EQ((*message)[Field::merchant], "SHOP00000000001");
  }
  // An answer's addresses are the other way round.
  const std::string answer =
      expected_bytes("<60 00 00 00 03>0110<00200000 0a000000>004711A0000001200100");
  EXPECT_TRUE(iso8583::decode(answer, dialect));
  EXPECT_EQ(iso8583::decode(answer).error(), (iso8583::Unreadable{Flaw::type, 0, 0}));
  EXPECT_EQ(iso8583::decode(dialect.header, dialect).error(),
            (iso8583::Unreadable{Flaw::truncated, 0, 0}));
}

TEST(Iso8583Dialect, PassesOverAFieldOfAPrivateLength) {
  const std::string answer =
      expected_bytes("0110<00200000 0a100002>004711A0000001200100003ABC123456789012");
  ASSERT_FALSE(iso8583::decode(answer));
  Dialect dialect;
  ASSERT_TRUE(iso8583::set_length("44 lllvar", dialect.lengths));
  ASSERT_TRUE(iso8583::set_length("63 fixed 12", dialect.lengths));
  const auto message = iso8583::decode(answer, dialect);
  ASSERT_TRUE(message) << to_text(message.error());
  EXPECT_EQ(reply_from(*message).code.view(), "00");
}

TEST(Iso8583Dialect, RefusesALengthThatIsNone) {
  iso8583::FieldLengths lengths = iso8583::standard_lengths;
  for (const char* text :
       {"", "44", "44 ", "llvar", "44 llvar 5", "44 fixed", "44 fixed x", "44 fixed 0",
        "44 fixed 1000", "44 binary 8", "0 llvar", "1 fixed 8", "129 llvar", "44  llvar", "2 llvar",
        "39 fixed 3", "90 fixed 40", "-4 llvar", "4294967340 llvar"}) {
    const auto set = iso8583::set_length(text, lengths);
    ASSERT_FALSE(set) << text;
    EXPECT_TRUE(set.error().message.starts_with("\"" + std::string(text) + "\": ")) << text;
  }
  EXPECT_EQ(lengths, iso8583::standard_lengths);
}

TEST(Iso8583Dialect, ReadsAHeader) {
  EXPECT_EQ(*iso8583::header_from(""), "");
  EXPECT_EQ(*iso8583::header_from("6F00ab"), std::string("\x6f\x00\xab", 3));
  EXPECT_EQ(iso8583::header_from(std::string(64, '0'))->size(), 32U);
  for (const std::string& text : {std::string("6"), std::string("6g"), std::string("60 0"),
                                  std::string("0x60"), std::string(66, '0')})
    EXPECT_FALSE(iso8583::header_from(text)) << text;
}

}  // namespace
}  // namespace spillway::net
