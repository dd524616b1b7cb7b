#include "storage/journal/record_codec.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <set>

#include <gtest/gtest.h>
#define MSGPACK_NO_BOOST
#include <msgpack.hpp>

#include "tests/storage/fixtures/sample_facts.hpp"

namespace spillway::storage {
namespace {

std::string to_hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4];
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

std::string from_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  return bytes;
}

Event event_of(const Fact& fact) {
  return {{5}, Timestamp(Duration(1'700'000'000'000'000)), fact};
}

// A line for each kind: its number and its body in hex, as version 1 wrote them.
std::vector<std::string> golden_lines(const std::string& file) {
  std::ifstream in(std::string(SPILLWAY_SOURCE_DIR "/tests/storage/golden/") + file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(RecordCodec, WritesAndReadsEveryKindAsVersion1Did) {
  const std::vector<Fact> facts = sample_facts();
  const std::vector<std::string> lines = golden_lines("bodies-version-1.txt");
  ASSERT_EQ(facts.size(), std::variant_size_v<Fact>);
  for (std::size_t kind = 0; kind < facts.size(); ++kind) {
    const Entry entry = make_entry(event_of(facts[kind]));
    ASSERT_EQ(entry.kind, kind);
    const std::string line = std::to_string(kind) + " " + to_hex(entry.body);
    ASSERT_LT(kind, lines.size()) << line;
    EXPECT_EQ(line, lines[kind]);
    const auto fact =
        decode_fact(entry.kind, from_hex(lines[kind].substr(lines[kind].find(' ') + 1)));
    ASSERT_TRUE(fact) << fact.error().message;
    EXPECT_EQ(*fact, facts[kind]);
  }
}

// What a record may say beyond the first form comes behind it: a record without it stays as it was.
TEST(RecordCodec, WritesAndReadsWhatOnlySomeRecordsSayAsEver) {
  const std::vector<Fact> facts = sample_fuller_facts();
  const std::vector<std::string> lines = golden_lines("bodies-fuller.txt");
  ASSERT_EQ(facts.size(), lines.size());
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const Entry entry = make_entry(event_of(facts[i]));
    EXPECT_EQ(std::to_string(entry.kind) + " " + to_hex(entry.body), lines[i]);
    const auto fact = decode_fact(entry.kind, from_hex(lines[i].substr(lines[i].find(' ') + 1)));
    ASSERT_TRUE(fact) << fact.error().message;
    EXPECT_EQ(*fact, facts[i]);
  }
}

TEST(RecordCodec, WritesNoVerdictThatTheCodeGivesItself) {
  const Answered plain{{1}, "00", "A12345"};
  Answered judged = plain;
  judged.verdict = Answer::usable;
  EXPECT_EQ(make_entry(event_of(judged)).body, make_entry(event_of(plain)).body);
}

TEST(RecordCodec, WritesAndReadsATimedReceptionAsVersion2Did) {
  const Received fact = sample_timed_received();
  const std::vector<std::string> lines = golden_lines("bodies-version-2.txt");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ("0 " + to_hex(make_entry(event_of(fact)).body), lines[0]);
  const auto read = decode_fact(0, from_hex(lines[0].substr(2)));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(std::get<Received>(*read), fact);
}

TEST(RecordCodec, WritesATimingInVersion2AndNoneInVersion1) {
  for (const int has : {0, 1, 2, 4, 7}) {
    Received fact = sample_received();
    if ((has & 1) != 0) fact.urgency = Urgency::high;
    if ((has & 2) != 0) fact.verdict_by = Timestamp(Duration(1));
    if ((has & 4) != 0) fact.expected_within = std::chrono::milliseconds(1);
    const std::string body = make_entry(event_of(fact)).body;
    EXPECT_EQ(static_cast<unsigned char>(body[0]), has == 0 ? 0x9F : 0xDC);
    const auto read = decode_fact(0, body);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(std::get<Received>(*read), fact);
    for (std::size_t size = 0; size < body.size(); ++size)
      EXPECT_FALSE(decode_fact(0, std::string_view(body).substr(0, size)));
    std::string empty = body;  // version 2 that says nothing
    if (has == 1) empty[empty.size() - 3] = 0;
    EXPECT_EQ(decode_fact(0, empty).has_value(), has != 1);
  }
}

TEST(RecordCodec, EncodesViewsLikeTheReceivedTheyShow) {
  const Received fact = sample_received();
  const ReceivedView view{fact.shop,   fact.relay,      fact.reference,
                          fact.member, fact.buyer.name, fact.buyer.email,
                          fact.amount, fact.card,       fact.idempotency};
  SealedCard card;
  card.bytes[0] = std::byte{9};
  const Entry entry = make_received_entry(view, fact.items, event_of(fact).at, card);
  EXPECT_EQ(entry.body, make_entry(event_of(fact)).body);
  EXPECT_EQ(entry.kind, 0);
  EXPECT_EQ(entry.order.value, 0U);
  EXPECT_EQ(entry.card, card);
}

TEST(RecordCodec, ReadsTheLargestTextsAndNumbers) {
  Received fact = sample_received();
  fact.reference.assign(70'000, 'r');
  fact.member.assign(255, 'm');
  fact.buyer.name.assign(256, 'n');
  fact.buyer.email.assign(31, 'e');
  fact.items.assign(300, {"c", std::string(32, 'x'), 0, 0});
  const std::int64_t edges[] = {
      0,         -1,        -32,     -33,        -128,
      -129,      -32'768,   -32'769, INT32_MIN,  std::int64_t{INT32_MIN} - 1,
      INT64_MIN, INT64_MAX, 127,     128,        255,
      256,       65'535,    65'536,  UINT32_MAX, std::int64_t{UINT32_MAX} + 1};
  for (std::size_t i = 0; i < std::size(edges); ++i) {
    fact.items[i].quantity = edges[i];
    fact.items[i].unit_price = edges[std::size(edges) - 1 - i];
  }
  const auto read = decode_fact(0, make_entry(event_of(fact)).body);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(std::get<Received>(*read), fact);
}

TEST(RecordCodec, WritesWhatTheReferenceLibraryReads) {
  const std::string body = make_entry(event_of(sample_received())).body;
  const msgpack::object_handle handle = msgpack::unpack(body.data(), body.size());
  const msgpack::object& array = handle.get();
  ASSERT_EQ(array.type, msgpack::type::ARRAY);
  ASSERT_EQ(array.via.array.size, 15U);
  EXPECT_EQ(array.via.array.ptr[3].as<std::string>(), "A-10023");
  EXPECT_EQ(array.via.array.ptr[12].as<std::uint64_t>(), 0xFEDCBA9876543210U);
  EXPECT_EQ(array.via.array.ptr[14].via.array.ptr[1].via.array.ptr[3].as<std::int64_t>(), 70'000);
}

TEST(RecordCodec, RefusesEveryTruncationAndEveryByteTooMany) {
  for (const Fact& fact : sample_facts()) {
    const Entry entry = make_entry(event_of(fact));
    for (std::size_t size = 0; size < entry.body.size(); ++size)
      EXPECT_FALSE(decode_fact(entry.kind, std::string_view(entry.body).substr(0, size)));
    EXPECT_FALSE(decode_fact(entry.kind, entry.body + '\0'));
  }
}

TEST(RecordCodec, RefusesWhatItDoesNotWrite) {
  const struct {
    const char* what;
    std::uint8_t kind;
    const char* body;
  } cases[] = {
      {"an unknown kind", fact_kinds, "9101"},
      {"the largest kind", 255, "9101"},
      {"an unknown version", 9, "9102"},
      {"a number in more bytes than it needs", 9, "91cc01"},
      {"an array in more bytes than it needs", 9, "dc000101"},
      {"a text in more bytes than it needs", 8, "9201d90141"},
      {"a text longer than its field", 8, "9201a741414141414141"},
      {"a reason that is none", 3, "93010200"},
      {"a reason beyond the last", 3, "93010206"},
      {"a reversal's reason beyond the last", 4, "93010205"},
      {"an empty code of an answer without a verdict", 3, "94010205a0"},
      {"a verdict that the code gives itself", 2, "950101a23030a001"},
      {"a verdict beyond the last", 2, "950101a23030a007"},
      {"a verdict with half a sum", 2, "960101a23130a005cd07d0"},
      {"an outcome of a case that is none", 16, "94010100a0"},
      {"an outcome of a case beyond the last", 16, "94010103a0"},
      {"an attempt of more than 16 bits", 3, "9301ce0001000001"},
      {"a number for a text", 8, "920101"},
      {"a text for a number", 3, "9301a10101"},
      {"a nil", 9, "91c0"},
      {"a float", 9, "91ca3f800000"},
      {"two elements too many", 9, "930101"},
      {"an array larger than memory", 9, "ddffffffff01"},
  };
  for (const auto& one : cases) EXPECT_FALSE(decode_fact(one.kind, from_hex(one.body))) << one.what;
}

TEST(RecordCodec, ReadsFromRandomBytesOnlyWhatItWouldWriteItself) {
  std::mt19937_64 random(20'240'501);
  std::vector<Fact> facts = sample_facts();
  std::ranges::copy(sample_fuller_facts(), std::back_inserter(facts));
  std::size_t readable = 0;
  for (int round = 0; round < 200'000; ++round) {
    const std::size_t sample = random() % facts.size();
    const std::size_t kind = facts[sample].index();
    std::string body;
    if (round % 2 == 0) {
      body.resize(random() % 40);
      for (char& byte : body) byte = static_cast<char>(random());
    } else {
      body = make_entry(event_of(facts[sample])).body;
      for (int change = 0; change < 2; ++change)
        body[random() % body.size()] = static_cast<char>(random());
    }
    const auto fact = decode_fact(static_cast<std::uint8_t>(kind), body);
    if (!fact) continue;
    ++readable;
    EXPECT_EQ(make_entry(event_of(*fact)).body, body);
  }
  EXPECT_GT(readable, 1'000U);  // otherwise the test has looked at nothing
}

}  // namespace
}  // namespace spillway::storage
