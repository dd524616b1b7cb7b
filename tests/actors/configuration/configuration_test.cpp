#include "actors/configuration/configuration.hpp"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/order/limits.hpp"
#include "net/api/common/api_keys.hpp"
#include "tests/actors/configuration/sample_configuration.hpp"

namespace spillway::actors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Configuration, HasADefaultForWhatNeedsNotBeSaid) {
  ASSERT_TRUE(parse_configuration("\xEF\xBB\xBF" + good(), "spillway.toml")) << "a byte order mark";
  const auto result = parse_configuration(good(), "spillway.toml");
  ASSERT_TRUE(result) << result.error().message;
  const Configuration& configuration = *result;
  EXPECT_EQ(configuration.system.id, 0);
  EXPECT_EQ(configuration.server.listen, (Address{"127.0.0.1", 8080}));
  EXPECT_EQ(configuration.server.data, "data");
  EXPECT_EQ(configuration.admission.waiting_orders_max, limits::waiting_orders_max);
  EXPECT_EQ(outbox_folder(configuration), "data/outbox");
  EXPECT_FALSE(configuration.mail.server);
  const RelaySettings& relay = configuration.relays.at(0);
  EXPECT_EQ(relay.pacing.kind, PacingKind::immediate);
  EXPECT_EQ(relay.answer_time_max, 5s);
  EXPECT_EQ(relay.backlog_time_max, 1h);
  EXPECT_FALSE(relay.recognises_repeats);
  EXPECT_EQ(configuration.shops.at(0).merchant.category, "5999");
}

TEST(Configuration, TheExampleFileIsGood) {
  const auto result = load_configuration(SPILLWAY_SOURCE_DIR "/docs/spillway.example.toml");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(result->shops.at(0).key_hashes,
              ElementsAre(net::hash_api_key("sk_example_not_for_production_use")));
  EXPECT_THAT(result->operators.key_hashes,
              ElementsAre(net::hash_api_key("op_example_not_for_production_use")));
  EXPECT_EQ(result->relays.at(0).pacing, (Pacing{PacingKind::paced, 50, {}, {}}));
  EXPECT_EQ(result->relays.at(1).late_window, 2min);
  ASSERT_TRUE(result->mail.server);
  EXPECT_EQ(result->mail.server->url, "smtp://mail.example:587");
}

TEST(Configuration, EachCompanyLeadsToItsRelayCentre) {
  const auto result = load_configuration(SPILLWAY_SOURCE_DIR "/docs/spillway.example.toml");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(relay_for(*result, CardCompany::visa), RelayId{1});
  EXPECT_EQ(relay_for(*result, CardCompany::diners), RelayId{2});
  const auto smaller = parse_configuration(good(), "spillway.toml");
  ASSERT_TRUE(smaller);
  EXPECT_EQ(relay_for(*smaller, CardCompany::jcb), std::nullopt);
}

TEST(Configuration, KeepsClosedOrdersAtLeastAsLongAsTheirPersonalData) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"closed_orders = '24h'", ""},
      {"personal_data = '48h'\nclosed_orders = '48h'", ""},
      {"personal_data = '48h'\nclosed_orders = '47h'",
       "retention.closed_orders: must not be shorter than personal_data"},
      {"closed_orders = '23h'", "retention.closed_orders: must be"}};
  for (const auto& [keys, error] : cases)
    EXPECT_THAT(error_of(good() + "\n[retention]\n" + keys + "\n"),
                error.empty() ? testing::Matcher<std::string>("") : HasSubstr(error))
        << keys;
  const auto read = parse_configuration(good() + "\n[retention]\nclosed_orders = '30h'\n", "x");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->retention.closed_orders, Duration(30h));
  EXPECT_FALSE(read->retention.personal_data);
}

struct Flaw {
  std::string what;
  std::string with;
  std::string message;
};

TEST(Configuration, WebhooksLeadToThisMachineOnlyWhereThatIsAccepted) {
  const auto closed = parse_configuration(good(), "spillway.toml");
  ASSERT_TRUE(closed) << closed.error().message;
  EXPECT_EQ(closed->webhooks.reach, net::WebhookReach::internet);
  const auto open = parse_configuration(
      "[webhooks]\nthis_machine = 'I accept that shops have this machine called'\n" + good(),
      "spillway.toml");
  ASSERT_TRUE(open) << open.error().message;
  EXPECT_EQ(open->webhooks.reach, net::WebhookReach::and_loopback);
  EXPECT_THAT(
      error_of("[webhooks]\nthis_machine = 'yes'\n" + good()),
      HasSubstr("spillway.toml:2: webhooks.this_machine: must be, word for word, \"I accept "
                "that shops have this machine called\""));
}

TEST(Configuration, EveryFlawIsToldWithFileLineAndKey) {
  const std::vector<Flaw> flaws = {
      {"id = 7", "id = 0", "spillway.toml:2: shops[0].id: must be between 1 and 4294967295"},
      {"id = 7", "id = 'x'", "spillway.toml:2: shops[0].id: must be a whole number"},
      {"id = 7\n", "", "spillway.toml:1: shops[0].id: is missing"},
      {"name = 'Shoes'", "name = ''", "spillway.toml:3: shops[0].name: must not be empty"},
      {"name = 'Shoes'", "name = \"a\\nb\"",
       "spillway.toml:3: shops[0].name: must not hold control characters"},
      {"'" + shop_hash + "'", "'abc'",
       "spillway.toml:4: shops[0].key_hashes[0]: must be the 64 hexadecimal digits"},
      {"'" + shop_hash + "'", "", "spillway.toml:4: shops[0].key_hashes: must hold at least one"},
      {"orders@shoes.example", "orders", "spillway.toml:5: shops[0].mail_from: must be a mail"},
      {"merchant = 'M1'", "merchant = '1234567890123456'",
       "spillway.toml:6: shops[0].merchant: must have 1 to 15 characters"},
      {"merchant = 'M1'", "merchant = 'é'", "spillway.toml:6: shops[0].merchant: must be plain"},
      {"terminal = 'T1'", "terminal = 'T1'\ncategory = '12a4'",
       "spillway.toml:8: shops[0].category: must be 4 digits"},
      {"[[shops]]", "[server]\nlisten = 'localhost:80'\n[[shops]]",
       "spillway.toml:2: server.listen: must be an address"},
      {"[[shops]]", "[system]\nid = 32\n[[shops]]", "spillway.toml:2: system.id: must be between"},
      {"[[shops]]", "[log]\nlevel = 'loud'\n[[shops]]", "spillway.toml:2: log.level: must be"},
      {"[[shops]]", "[mail]\nkind = 'smtp'\n[[shops]]", "spillway.toml:1: mail.url: is missing"},
      {"[[shops]]", "[mail]\nkind = 'smtp'\nurl = 'http://x'\n[[shops]]",
       "spillway.toml:3: mail.url: must begin with smtp://"},
      {"[[shops]]", "[mail]\nkind = 'smtp'\nurl = 'smtp://me:pw@x'\n[[shops]]",
       "spillway.toml:3: mail.url: must not hold a user or password"},
      {"[[shops]]", "[mail]\ntemplates = '/nonexistent'\n[[shops]]",
       "spillway.toml:2: mail.templates: must be a folder that is there"},
      {"[[shops]]", "server = 1\n[[shops]]", "spillway.toml:1: server: must be a table"},
      {"[[shops]]", "[shops]", "spillway.toml:1: shops: must be given as [[shops]]"},
      {"id = 7", "id = = 7", "spillway.toml:2: "},
  };
  for (const Flaw& flaw : flaws) {
    EXPECT_THAT(error_of(replaced(good(), flaw.what, flaw.with)), HasSubstr(flaw.message))
        << flaw.with;
  }
}

TEST(Configuration, UnknownKeysAreRefusedWithTheNearestKnownOne) {
  EXPECT_EQ(error_of(replaced(good(), "host =", "hots =")),
            "spillway.toml:8: relays[0].host: is missing\n"
            "spillway.toml:11: relays[0].hots: is not a key here; did you mean host?");
  EXPECT_EQ(error_of("colour = 'red'\n" + good()), "spillway.toml:1: colour: is not a key here");
}

TEST(Configuration, EverythingThatIsWrongIsToldAtOnceByLine) {
  auto toml = replaced(good(), "port = 8583", "port = -1");
  toml = replaced(toml, "id = 7", "id = true");
  EXPECT_EQ(error_of("[server]\nloops = 65\n" + toml),
            "spillway.toml:2: server.loops: must be between 1 and 64\n"
            "spillway.toml:4: shops[0].id: must be a whole number\n"
            "spillway.toml:14: relays[0].port: must be between 1 and 65535");
}

TEST(Configuration, AFileWithNothingInItMissesShopsAndRelayCentres) {
  EXPECT_EQ(error_of(""), "spillway.toml: shops: is missing\nspillway.toml: relays: is missing");
}

TEST(Configuration, NothingThatNamesSomethingStandsTwice) {
  const std::string error = error_of(good() + good());
  EXPECT_THAT(error, HasSubstr(":16: shops[1].id: is the same as shops[0].id"));
  EXPECT_THAT(error, HasSubstr(":18: shops[1].key_hashes[0]: is the same as"));
  EXPECT_THAT(error, HasSubstr(":23: relays[1].id: is the same as relays[0].id"));
  EXPECT_THAT(error, HasSubstr(":24: relays[1].name: is the same as relays[0].name"));
  EXPECT_THAT(error, HasSubstr(":28: relays[1].companies[0]: is the same as"));
}

TEST(Configuration, AFileThatCannotBeReadIsNamed) {
  EXPECT_EQ(load_configuration("/nonexistent.toml").error().message,
            "/nonexistent.toml: cannot be read");
}

TEST(Configuration, APasswordFileThatOthersMayReadIsRefused) {
  const std::filesystem::path file = testing::TempDir() + "/smtp-password";
  std::ofstream(file) << "secret\n";
  const std::string toml =
      "[mail]\nkind = 'smtp'\nurl = 'smtp://x'\npassword_file = '" + file.string() + "'\n" + good();
  std::filesystem::permissions(file, std::filesystem::perms(0644));
  EXPECT_THAT(error_of(toml), HasSubstr("spillway.toml:4: mail.password_file: "));
  std::filesystem::permissions(file, std::filesystem::perms(0600));
  const auto result = parse_configuration(toml, "spillway.toml");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->mail.server->password, "secret");
  std::filesystem::remove(file);
}

TEST(Configuration, APasswordHasNoPlaceInTheFile) {
  EXPECT_THAT(error_of("[mail]\nkind = 'smtp'\nurl = 'smtp://x'\npassword = 'p'\n" + good()),
              HasSubstr("spillway.toml:4: mail.password: is not a key here"));
}

TEST(Configuration, AddressesAreReadAndWritten) {
  struct Example {
    std::string text;
    std::optional<Address> address;
  };
  const std::vector<Example> examples = {
      {"127.0.0.1:8080", Address{"127.0.0.1", 8080}},
      {"[::1]:8080", Address{"::1", 8080}},
      {"relay.example:1", Address{"relay.example", 1}},
      {"127.0.0.1:0", Address{"127.0.0.1", 0}},
      {"127.0.0.1", std::nullopt},
      {":8080", std::nullopt},
      {"127.0.0.1:", std::nullopt},
      {"127.0.0.1:65536", std::nullopt},
      {"127.0.0.1:80x", std::nullopt},
      {"::1:8080", std::nullopt},
  };
  for (const Example& example : examples) {
    const auto address = address_from(example.text);
    EXPECT_EQ(address, example.address) << example.text;
    if (address) {
      EXPECT_EQ(to_text(*address), example.text);
    }
  }
}

}  // namespace
}  // namespace spillway::actors
