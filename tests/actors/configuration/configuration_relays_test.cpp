// [[relays]] of the configuration.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/configuration/configuration.hpp"
#include "tests/actors/configuration/sample_configuration.hpp"

namespace spillway::actors {
namespace {

using testing::HasSubstr;

TEST(Configuration, TellsWhatTheCodesOfARelayCentreMean) {
  const auto dialect = [](const std::string& codes) {
    const auto result = parse_configuration(good() + codes, "spillway.toml");
    EXPECT_TRUE(result) << result.error().message;
    return result ? result->relays.at(0).dialect : Dialect();
  };
  EXPECT_EQ(dialect("").meaning_of("11"), Answer::held_unlike);
  const Dialect own =
      dialect("codes = {'11' = 'approved', 68 = 'come_back_later', N7 = 'refused'}");
  EXPECT_EQ(own.meaning_of("11"), Answer::usable);
  EXPECT_EQ(own.meaning_of("68"), Answer::come_back_later);
  EXPECT_EQ(own.meaning_of("N7"), Answer::unusable);
  EXPECT_EQ(own.meaning_of("08"), Answer::held_unlike);
}

TEST(Configuration, KnowsEveryPacing) {
  const auto pacing_of = [](const std::string& keys) {
    const auto result = parse_configuration(good() + keys, "spillway.toml");
    EXPECT_TRUE(result) << result.error().message;
    return result ? result->relays.at(0).pacing : Pacing{};
  };
  EXPECT_EQ(pacing_of("pacing = 'immediate'"), Pacing{});
  EXPECT_EQ(pacing_of("pacing = 'paced'\npace = 0.5").per_second, 0.5);
  const Pacing batch = pacing_of("pacing = 'batch'\nbatch_amount = 500\nbatch_age = '10m'");
  EXPECT_EQ(batch.kind, PacingKind::batch);
  EXPECT_EQ(batch.batch, (Batch{500, 10min}));
  EXPECT_EQ(batch.per_second, 0);
  const Pacing window = pacing_of(
      "pacing = 'window'\nwindow_from = '23:00'\nwindow_to = '05:30'\n"
      "window_zone = 'Asia/Tokyo'\npace = 20");
  EXPECT_EQ(window.kind, PacingKind::window);
  EXPECT_EQ(window.window.from, 23h);
  EXPECT_EQ(window.window.to, 5h + 30min);
  EXPECT_EQ(window.window.zone.offset_at(Timestamp(1'800'000'000s)), 9h);
  EXPECT_EQ(window.per_second, 20);
}

TEST(Configuration, ReadsWhatIsDifferentAboutARelayCentresMessages) {
  const auto plain = parse_configuration(good(), "spillway.toml");
  ASSERT_TRUE(plain);
  EXPECT_TRUE(plain->relays.at(0).wire.always_two_bitmaps);
  EXPECT_TRUE(plain->relays.at(0).wire.header.empty());
  const auto odd =
      parse_configuration(replaced(good(), "['VISA']",
                                   "['VISA']\nbitmaps = 'needed'\nheader = '60000aFF00'\n"
                                   "field_lengths = ['44 lllvar', '63 fixed 12']"),
                          "spillway.toml");
  ASSERT_TRUE(odd);
  const net::iso8583::Dialect& wire = odd->relays.at(0).wire;
  EXPECT_FALSE(wire.always_two_bitmaps);
  EXPECT_EQ(wire.header, std::string("\x60\x00\x0a\xff\x00", 5));
  EXPECT_EQ(wire.lengths[44].kind, net::iso8583::LengthKind::lllvar);
  EXPECT_EQ(wire.lengths[63], (net::iso8583::FieldLength{net::iso8583::LengthKind::fixed, 12}));
  EXPECT_EQ(wire.lengths[60], net::iso8583::standard_lengths[60]);
}

struct Flaw {
  std::string what;
  std::string with;
  std::string message;
};

TEST(Configuration, EveryFlawOfARelayCentreIsToldWithFileLineAndKey) {
  const std::vector<Flaw> flaws = {
      {"id = 3", "id = 65536", "spillway.toml:9: relays[0].id: must be between 1 and 65535"},
      {"port = 8583", "port = 0", "spillway.toml:12: relays[0].port: must be between 1 and 65535"},
      {"'123456'", "'12345x'", "spillway.toml:13: relays[0].acquirer: must be digits only"},
      {"['VISA']", "['VISSA']", "spillway.toml:14: relays[0].companies[0]: must be one of VISA"},
      {"['VISA']", "['VISA', 'VISA']",
       "spillway.toml:14: relays[0].companies[1]: is the same as relays[0].companies[0]"},
      {"['VISA']", "[]", "spillway.toml:14: relays[0].companies: must name at least one"},
      {"['VISA']", "['VISA']\npacing = 'paced'\npace = 0",
       "spillway.toml:16: relays[0].pace: must be greater than 0"},
      {"['VISA']", "['VISA']\npacing = 'paced'\npace = nan",
       "spillway.toml:16: relays[0].pace: must be greater than 0"},
      {"['VISA']", "['VISA']\npacing = 'paced'",
       "spillway.toml:8: relays[0].pace: is needed with paced"},
      {"['VISA']", "['VISA']\npace = 5", "spillway.toml:15: relays[0].pace: has a meaning only"},
      {"['VISA']", "['VISA']\npacing = 'hourly'",
       "spillway.toml:15: relays[0].pacing: must be \"immediate\", \"paced\", \"batch\" or "
       "\"window\""},
      {"['VISA']", "['VISA']\npacing = 'batch'",
       "spillway.toml:8: relays[0].batch_amount: is needed with batch\n"
       "spillway.toml:8: relays[0].batch_age: is needed with batch"},
      {"['VISA']", "['VISA']\npacing = 'window'\nwindow_from = '23:00'\nwindow_to = '24:00'",
       "spillway.toml:17: relays[0].window_to: must be a time of day like \"23:00\""},
      {"['VISA']",
       "['VISA']\npacing = 'window'\nwindow_from = '23:00'\nwindow_to = '05:00'\n"
       "window_zone = 'Mars/Olympus'",
       "spillway.toml:18: relays[0].window_zone: must be a time zone of this machine"},
      {"['VISA']", "['VISA']\nanswer_time_max = 5",
       "spillway.toml:15: relays[0].answer_time_max: must be a duration"},
      {"['VISA']", "['VISA']\nanswer_time_max = '1ms'",
       "spillway.toml:15: relays[0].answer_time_max: must be between 10ms and 10m"},
      {"['VISA']", "['VISA']\nbitmaps = 'one'",
       "spillway.toml:15: relays[0].bitmaps: must be both or needed"},
      {"['VISA']", "['VISA']\nheader = '60000'",
       "spillway.toml:15: relays[0].header: must be an even number of hexadecimal digits, for at "
       "most 32 bytes"},
      {"['VISA']", "['VISA']\nheader = 'TPDU'", "spillway.toml:15: relays[0].header: must be an"},
      {"['VISA']", "['VISA']\nfield_lengths = ['44 llvar', '44 long']",
       "spillway.toml:15: relays[0].field_lengths: \"44 long\": a length is written"},
      {"['VISA']", "['VISA']\nfield_lengths = ['129 llvar']",
       "spillway.toml:15: relays[0].field_lengths: \"129 llvar\": the fields are 2 to 128"},
      {"['VISA']", "['VISA']\nfield_lengths = ['37 fixed 10']",
       "spillway.toml:15: relays[0].field_lengths: \"37 fixed 10\": the length of a field that "
       "Spillway sends or reads is the standard's"},
      {"['VISA']", "['VISA']\nbacklog_time_max = '30s'",
       "spillway.toml:15: relays[0].backlog_time_max: must be between 1m and 24h"},
      {"['VISA']", "['VISA']\nrecognises_repeats = 1",
       "spillway.toml:15: relays[0].recognises_repeats: must be true or false"},
      {"['VISA']", "['VISA']\ncodes = 5", "spillway.toml:15: relays[0].codes: must be a table"},
      {"['VISA']", "['VISA']\ncodes = {'11' = 'yes'}",
       "spillway.toml:15: relays[0].codes.11: must be approved, approval_needed, refused"},
      {"['VISA']", "['VISA']\ncodes = {'00' = 'refused'}",
       "spillway.toml:15: relays[0].codes.00: is always approved"},
      {"['VISA']", "['VISA']\ncodes = {'111' = 'approved'}",
       "spillway.toml:15: relays[0].codes.111: must be two letters or digits"},
      {"['VISA']", "['VISA']\ncodes = {'1!' = 'approved'}",
       "spillway.toml:15: relays[0].codes.1!: must be two letters or digits"},
      {"['VISA']", "['VISA']\ncodes = {'11' = 1}",
       "spillway.toml:15: relays[0].codes.11: must be a text in quotes"},
  };
  for (const Flaw& flaw : flaws) {
    EXPECT_THAT(error_of(replaced(good(), flaw.what, flaw.with)), HasSubstr(flaw.message))
        << flaw.with;
  }
}

}  // namespace
}  // namespace spillway::actors
