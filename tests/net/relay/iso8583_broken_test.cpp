// Messages of the line that are broken, cut off, or none: iso8583.hpp.
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/net/fixtures/iso8583_messages.hpp"

namespace spillway::net {
namespace {

using namespace messages;

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
  const std::string refund = "0400<90200001 08008000 00000000 00000000>";
  const std::vector<Broken> table{
      {"empty", "", {Flaw::truncated, 0, 0}},
      {"a type cut off", "011", {Flaw::truncated, 0, 0}},
      {"bitmaps cut off", message_of(ok).substr(0, 19), {Flaw::truncated, 0, 110}},
      {"letters as a type", message_of("01a0" + ok.substr(4)), {Flaw::type, 0, 0}},
      {"an unknown type", message_of("0120" + ok.substr(4)), {Flaw::type, 0, 120}},
      {"no field 37",
       message_of("0110<80200000 02000000 00000000 00000000>00471100"),
       {Flaw::missing_field, 37, 110}},
      {"a needed field of a request",
       message_of(refund + "00000000315000471103123A00000012001392"),
       {Flaw::missing_field, 7, 400}},
      {"cut in field 39",
       message_of(ok).substr(0, message_of(ok).size() - 1),
       {Flaw::truncated, 39, 110}},
      {"cut in a length",
       message_of("0110<00200000 0a000001 >004711A0000001200100<30 31>"),
       {Flaw::truncated, 64, 110}},
      {"more behind", message_of(ok) + "0", {Flaw::trailing, 0, 110}},
      {"a space inside field 37",
       message_of("0110<80200000 0a000000 00000000 00000000>004711A000 001200100"),
       {Flaw::characters, 37, 110}},
      {"a letter in the amount",
       message_of("0110<90200000 0a000000 00000000 00000000>00000000315x004711A0000001200100"),
       {Flaw::characters, 4, 110}},
      {"a control character in field 39",
       message_of("0110<80200000 0a000000 00000000 00000000>004711A000000120010<07>"),
       {Flaw::characters, 39, 110}},
      {"field 44 of a length that is no number",
       message_of("0110<80200000 0a100000 00000000 00000000>004711A0000001200100x1A"),
       {Flaw::field_length, 44, 110}},
      {"field 60 cut in its length",
       message_of("0110<80200000 0a000010 00000000 00000000>004711A000000120010001"),
       {Flaw::truncated, 60, 110}},
      {"field 48 longer than the message",
       message_of("0110<80200000 0a010000 00000000 00000000>004711A0000001200100005ABCD"),
       {Flaw::truncated, 48, 110}},
  };
  for (const Broken& row : table) {
    const auto message = iso8583::decode(row.message);
    ASSERT_FALSE(message) << row.name;
    EXPECT_EQ(message.error(), row.expected) << row.name << ": " << to_text(message.error());
    EXPECT_FALSE(to_text(message.error()).empty()) << row.name;
  }
}

TEST(Iso8583, IsStrictAboutEachFieldOfARequest) {
  std::string letters = written(RelayMessage::authorization).substr(2);
  const std::size_t stan = letters.find("004711");
  letters[stan] = 'x';
  EXPECT_EQ(iso8583::decode(letters).error(), (iso8583::Unreadable{Flaw::characters, 11, 100}));
  std::string masked = written(RelayMessage::authorization).substr(2);
  masked.replace(masked.find("4242424242424242"), 16, "424242******4242");
  EXPECT_EQ(iso8583::decode(masked).error(), (iso8583::Unreadable{Flaw::characters, 2, 100}));
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
  const std::size_t beyond = iso8583::message_size_max + 1;
  const std::string first{static_cast<char>(beyond >> 8U), static_cast<char>(beyond & 0xFFU)};
  for (const std::string& length : {first, std::string("\xff\xff")}) {
    const auto frame = iso8583::next_message(length);
    ASSERT_FALSE(frame) << to_hex(length);
    EXPECT_EQ(frame.error().flaw, Flaw::size);
  }
}

TEST(Iso8583, TakesALengthOfNothingForAFrame) {
  const auto frame = iso8583::next_message(expected_bytes("<0000>") + "0110");
  ASSERT_TRUE(frame && *frame);
  EXPECT_TRUE((*frame)->empty());
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
