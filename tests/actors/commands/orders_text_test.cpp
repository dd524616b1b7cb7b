// What operators read: orders, the audit log, pauses.
#include "actors/commands/asking/orders_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/base/url_text.hpp"
#include "actors/commands/command_line.hpp"
#include "actors/documents/audit_json.hpp"

namespace spillway::actors {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* order = R"({"order":"3F7K-9Q2M-XW41","reference":"A-1","status":"in_doubt",
  "amount":3150,"currency":"JPY","received_at":"2026-11-21T09:00:00.000000Z","items":[],"history":[],
  "authorization":{"answer":null,"approval_code":null,"relay":"east","attempts":1},
  "card":{"company":"VISA","last_four":"4242"},"shop":7,
  "buyer":{"name":"Hanako","email":"h@example.jp"},"escalated":true)";

TEST(OrdersText, ShowsALineAnOrderAndWhereToGoOn) {
  const auto text =
      orders_text(std::string(R"({"orders":[)") + order + R"(}],"next":"AAAA-BBBB-CCCC"})");
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("3F7K-9Q2M-XW41   in_doubt !"));
  EXPECT_THAT(*text, HasSubstr("3150 JPY"));
  EXPECT_THAT(*text, HasSubstr("--after AAAA-BBBB-CCCC"));
  EXPECT_EQ(*orders_text(R"({"orders":[],"next":null})"), "no order is found\n");
  EXPECT_EQ(*orders_text(R"({"orders":[],"next":"AAAA-BBBB-CCCC"})"),
            "no order is found on this page\nMore: --after AAAA-BBBB-CCCC\n");
  EXPECT_FALSE(orders_text("[]"));
  EXPECT_FALSE(orders_text(R"({"orders":[{}],"next":null})"));
}

TEST(OrdersText, TellsTheStoryOfOne) {
  const std::string json = std::string(order) +
                           R"(,"attempts":[{"attempt":1,"reference":"AAAAAAAAAAAA","stan":17,
      "sent_at":"2026-11-21T09:00:01.000000Z","state":"in_doubt"}],
      "facts":[{"at":"2026-11-21T09:00:02.000000Z","record":3,"fact":"fell_in_doubt","attempt":1,
      "reason":"no_answer"}],"all_facts":false,"mail_due":null,
      "webhooks":[{"webhook":"wh_1","event":"evt_1","status":"in_doubt","state":"failing","tries":2,
      "next_at":null,"reason":""}]})";
  const auto text = order_story_text(json);
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("in_doubt, for a person"));
  EXPECT_THAT(*text, HasSubstr("VISA …4242"));
  EXPECT_THAT(*text, HasSubstr("reference AAAAAAAAAAAA, trace 000017"));
  EXPECT_THAT(*text, HasSubstr("fell_in_doubt attempt=1 reason=no_answer"));
  EXPECT_THAT(*text, HasSubstr("There may be more"));
  EXPECT_THAT(*text, HasSubstr("failing, 2 failed"));
  EXPECT_FALSE(order_story_text(std::string(order) + "}"));
}

TEST(AuditText, ShowsWhatChanged) {
  storage::AuditEntry entry;
  entry.number = 7;
  entry.note = {{},
                "0123456789ab",
                "PUT",
                "/v1/relays/east/pace",
                "",
                200,
                R"({"before":{"kind":"immediate"},"after":{"rate":5.0}})"};
  storage::AuditEntry without = entry;
  without.number = 8;
  without.note.values = {};
  const std::string json = audit_json({entry, without}, 2);
  EXPECT_THAT(json, HasSubstr(R"("next":8)"));
  EXPECT_THAT(json, HasSubstr(R"("values":null)"));
  EXPECT_THAT(audit_json({entry}, 2), HasSubstr(R"("next":null)"));
  const auto text = audit_text(json);
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr(R"(200  {"before":{"kind":"immediate"},"after":{"rate":5.0}})"));
  EXPECT_EQ(audit_entry_text(entry) + audit_entry_text(without), *text);
  // Bytes that are no text must not end the listing: a path stands as it was sent.
  entry.note.path = "/v1/relays/\xff/pace";
  EXPECT_THAT(audit_json({entry}, 2), HasSubstr("/pace"));
  EXPECT_THAT(audit_entry_text(entry), HasSubstr("/pace"));
}

template <class Wanted>
Wanted parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "spillway");
  const Command command = parse_command_line(static_cast<int>(arguments.size()), arguments.data());
  const auto* wanted = std::get_if<Wanted>(&command);
  EXPECT_NE(wanted, nullptr);
  return wanted ? *wanted : Wanted{};
}

TEST(OperatorCommands, AreReadFromTheirArguments) {
  const auto list =
      parse<OrdersCommand>({"orders", "--email", "a b@c.jp", "--shop", "3", "--json"});
  EXPECT_TRUE(list.json);
  EXPECT_TRUE(list.code.empty());
  std::size_t given = 0;
  for (const auto& [name, value] : list.filters) given += value.empty() ? 0 : 1;
  EXPECT_EQ(given, 2U);
  EXPECT_EQ(parse<OrdersCommand>({"orders", "show", "3F7K", "--url", "http://x"}).code, "3F7K");
  const auto pause = parse<RelaysCommand>({"relays", "pause", "east", "--reason", "why"});
  EXPECT_EQ(pause.action, RelaysCommand::Action::pause);
  EXPECT_EQ(pause.reason, "why");
  EXPECT_EQ(parse<RelaysCommand>({"relays", "resume", "east"}).action,
            RelaysCommand::Action::resume);
  EXPECT_EQ(parse<RelaysCommand>({"relays", "--json"}).action, RelaysCommand::Action::list);
  EXPECT_TRUE(parse<DrainCommand>({"undrain", "tokyo"}).undrain);
  EXPECT_FALSE(parse<DrainCommand>({"drain", "tokyo"}).undrain);
  EXPECT_EQ(parse<AuditCommand>({"audit", "--url", "http://x", "--after", "7"}).after, 7U);
  EXPECT_EQ(parse<ExitNow>({"audit", "--url", "http://x", "--data", "d"}).code, exit_wrong_usage);
  EXPECT_EQ(parse<ExitNow>({"relays", "pause"}).code, exit_wrong_usage);
}

TEST(UrlText, LeavesNothingThatMeansSomethingInAUrl) {
  EXPECT_EQ(url_escaped("a b/ü&c=d+e"), "a%20b%2F%C3%BC%26c%3Dd%2Be");
}

}  // namespace
}  // namespace spillway::actors
