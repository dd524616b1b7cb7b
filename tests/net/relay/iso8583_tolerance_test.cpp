// Answers that are not as we would write them, and are read all the same: iso8583.hpp.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/net/fixtures/iso8583_messages.hpp"

namespace spillway::net {
namespace {

using namespace messages;

struct Odd {
  const char* name;
  const char* message;  // from its type on
};

// Fields 11, 37, 38 and 39 in each, for the reference A00000012001.
const std::vector<Odd>& odd_answers() {
  static const std::vector<Odd> table{
      {"one bitmap", "0110<00200000 0e000000>004711A00000012001K7P2Q900"},
      {"no field 11", "0110<00000000 0e000000>A00000012001K7P2Q900"},
      {"field 15", "0110<00220000 0e000000>0047111122A00000012001K7P2Q900"},
      {"field 2 masked", "0110<40200000 0e000000>16424242******4242004711A00000012001K7P2Q900"},
      {"field 44 of spaces", "0110<00200000 0e100000>004711A00000012001K7P2Q90005     "},
      {"field 44 beyond its most",
       "0110<00200000 0e100000>004711A00000012001K7P2Q90030ABCDEFGHIJKLMNOPQRSTUVWXYZ1234"},
      {"fields 54, 60 and 63",
       "0110<80200000 0e000412 00000000 00000000>004711A00000012001K7P2Q900"
       "0200002392C000000003150006ABC123003x<00>y"},
      {"an empty field 62", "0110<00200000 0e000004>004711A00000012001K7P2Q900000"},
      {"field 55 in binary",
       "0110<00200000 0e000200>004711A00000012001K7P2Q900005<9f 26 08 00 ff>"},
      {"fields 5, 9, 28 and 31",
       "0110<08a00012 0e000000>00000000315061000000004711"
       "D00000000C00000000A00000012001K7P2Q900"},
      {"fields 52 and 53",
       "0110<00200000 0e001800>004711A00000012001K7P2Q900<0102030405060708>0000000000000000"},
      {"fields 64 and 128",
       "0110<80200000 0e000001 00000000 00000001>004711A00000012001K7P2Q900"
       "<ff ff ff ff ff ff ff ff><00 00 00 00 00 00 00 00>"},
      {"fields 66, 95, 100, 102 and 120",
       "0110<80200000 0e000000 40000002 14000100>004711A00000012001K7P2Q900"
       "1000000000000000000000000000000000000000000"
       "0312304ACCT005HELLO"},
      {"a letter in field 11", "0110<00200000 0e000000>0047x1A00000012001K7P2Q900"},
      {"a letter in field 12", "0110<00300000 0e000000>00471122x509A00000012001K7P2Q900"},
      {"a control character in field 41",
       "0110<00200000 0e800000>004711A00000012001K7P2Q900TERM<07>001"},
      {"field 32 of nothing", "0110<00200001 0e000000>00471100A00000012001K7P2Q900"},
      {"field 32 of 12 letters", "0110<00200001 0e000000>00471112ABCDEFGHIJKLA00000012001K7P2Q900"},
  };
  return table;
}

TEST(Iso8583, ReadsAnswersThatHaveMoreOrLessThanItNeeds) {
  for (const Odd& row : odd_answers()) {
    const std::string bytes = expected_bytes(row.message);
    const auto message = iso8583::decode(bytes);
    ASSERT_TRUE(message) << row.name << ": " << to_text(message.error());
    const RelayReply reply = reply_from(*message);
    EXPECT_EQ(reply.reference.view(), "A00000012001") << row.name;
    EXPECT_EQ(reply.code.view(), "00") << row.name;
    EXPECT_EQ(reply.approval_code.view(), "K7P2Q9") << row.name;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const std::vector<char> exact(bytes.begin(), bytes.begin() + static_cast<long>(size));
      EXPECT_FALSE(iso8583::decode({exact.data(), exact.size()})) << row.name << " at " << size;
    }
  }
}

// Each field of the standard in front of the reference or behind the code, as long as the standard
// has it, with nothing in it that our own fields could be made of.
TEST(Iso8583, PassesOverEachFieldOfTheStandard) {
  for (std::size_t field = 2; field <= iso8583::fields_max; ++field) {
    if (iso8583::detail::slots[field] != iso8583::detail::no_slot) continue;
    const iso8583::FieldLength length = iso8583::standard_lengths[field];
    std::string content = length.kind == iso8583::LengthKind::llvar    ? "05"
                          : length.kind == iso8583::LengthKind::lllvar ? "005"
                                                                       : "";
    content.append(length.kind == iso8583::LengthKind::fixed ? length.size : 5U, '\xfe');
    std::array<std::uint64_t, 2> bitmaps{0x80000000'0a000000ULL, 0};
    bitmaps[(field - 1) / 64] |= 1ULL << (63 - (field - 1) % 64);
    std::string bytes = "0110";
    for (const std::uint64_t word : bitmaps)
      for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(word >> shift);
    bytes += field < 37 ? content + "A0000001200151" : "";
    bytes += field == 38 ? "A00000012001" + content + "51" : "";
    bytes += field > 39 ? "A0000001200151" + content : "";
    const auto message = iso8583::decode(bytes);
    ASSERT_TRUE(message) << field << ": " << to_text(message.error());
    EXPECT_EQ(reply_from(*message).code.view(), "51") << field;
  }
}

TEST(Iso8583, KnowsTheLengthsOfTheStandard) {
  using iso8583::FieldLength;
  using enum iso8583::LengthKind;
  struct Row {
    std::size_t field;
    FieldLength length;
  };
  // ISO 8583:1987, table of data elements; the profile's fields have theirs in field_table.
  const std::vector<Row> table{
      {5, {fixed, 12}},   {8, {fixed, 8}},   {15, {fixed, 4}},  {17, {fixed, 4}},
      {19, {fixed, 3}},   {23, {fixed, 3}},  {26, {fixed, 2}},  {27, {fixed, 1}},
      {28, {fixed, 9}},   {31, {fixed, 9}},  {33, {llvar, 0}},  {35, {llvar, 0}},
      {36, {lllvar, 0}},  {40, {fixed, 3}},  {43, {fixed, 40}}, {44, {llvar, 0}},
      {45, {llvar, 0}},   {46, {lllvar, 0}}, {50, {fixed, 3}},  {52, {fixed, 8}},
      {53, {fixed, 16}},  {54, {lllvar, 0}}, {63, {lllvar, 0}}, {64, {fixed, 8}},
      {65, {fixed, 1}},   {66, {fixed, 1}},  {71, {fixed, 4}},  {73, {fixed, 6}},
      {74, {fixed, 10}},  {82, {fixed, 12}}, {86, {fixed, 16}}, {91, {fixed, 1}},
      {93, {fixed, 5}},   {95, {fixed, 42}}, {96, {fixed, 8}},  {97, {fixed, 17}},
      {98, {fixed, 25}},  {99, {llvar, 0}},  {103, {llvar, 0}}, {104, {lllvar, 0}},
      {127, {lllvar, 0}}, {128, {fixed, 8}},
  };
  for (const Row& row : table)
    EXPECT_EQ(iso8583::standard_lengths[row.field], row.length) << row.field;
  for (const iso8583::FieldRule& rule : iso8583::field_table) {
    const FieldLength length = iso8583::standard_lengths[static_cast<std::size_t>(rule.field)];
    EXPECT_EQ(length, rule.format == iso8583::Format::llvar ? (FieldLength{llvar, 0})
                                                            : (FieldLength{fixed, rule.size}))
        << rule.name;
  }
}

TEST(Iso8583, TakesAnApprovalCodeAsItIsWritten) {
  struct Row {
    std::string_view written;
    std::string_view read;
  };
  for (const Row& row : std::vector<Row>{{"k7p2q9", "k7p2q9"},
                                         {"A1 B2 ", "A1 B2"},
                                         {"  12-4", "12-4"},
                                         {"      ", ""},
                                         {"AB\x01"
                                          "CDE",
                                          ""}}) {
    const std::string bytes =
        expected_bytes("0110<00000000 0e000000>A00000012001") + std::string(row.written) + "00";
    const auto message = iso8583::decode(bytes);
    ASSERT_TRUE(message) << row.written << to_text(message.error());
    EXPECT_EQ(reply_from(*message).approval_code.view(), row.read);
    EXPECT_EQ(reply_from(*message).code.view(), "00");
  }
}

TEST(Iso8583, TakesAResponseCodeThatIsNotThereForNone) {
  for (const char* message :
       {"0110<00200000 08000000>004711A00000012001", "0110<00200000 0a000000>004711A00000012001  ",
        "0410<00200000 0a000000>004711A000000120010 "}) {
    const std::string bytes = expected_bytes(message);
    const auto read = iso8583::decode(bytes);
    ASSERT_TRUE(read) << message;
    EXPECT_TRUE(reply_from(*read).code.empty()) << message;
  }
}

TEST(Iso8583, FindsTheReferenceOfAnAnswerThatItCannotRead) {
  struct Row {
    const char* message;
    std::string_view reference;
  };
  const std::vector<Row> table{
      {"0110<00200000 0a000010>004711A00000012001000129", "A00000012001"},
      {"0110<00200000 0a000000>004711A0000001200100 ", "A00000012001"},
      {"0410<00200000 0a000000>004711A000000120010<07>", "A00000012001"},
      {"0110<90200000 0a000000 00000000 00000000>00000000315x004711A0000001200100", "A00000012001"},
      {"0110<00200000 0a000000>004711A0000", ""},
      {"0110<40200000 0a000000>x6424242424242", ""},
  };
  for (const Row& row : table) {
    const std::string bytes = expected_bytes(row.message);
    ASSERT_FALSE(iso8583::decode(bytes)) << row.message;
    const auto part = iso8583::readable_part(bytes);
    ASSERT_TRUE(part) << row.message;
    EXPECT_EQ((*part)[Field::reference], row.reference) << row.message;
  }
  EXPECT_FALSE(iso8583::readable_part("x110"));
}

}  // namespace
}  // namespace spillway::net
