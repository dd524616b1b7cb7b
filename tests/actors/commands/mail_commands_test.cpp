#include "actors/commands/asking/mail_commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "actors/commands/command_line.hpp"
#include "actors/documents/mail_documents.hpp"
#include "actors/documents/webhook_documents.hpp"

namespace spillway::actors {
namespace {

using testing::HasSubstr;
using testing::Not;

Command parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "spillway");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

ShownMail sample() {
  ShownMail mail;
  mail.code = "3F7K-9Q2M-XW41";
  mail.domain = "example.jp";
  mail.mail = {{42}, Timestamp(std::chrono::seconds(1'795'000'000)), {3}, Notice::thanks};
  mail.state = "deferred";
  mail.tries = 3;
  mail.next_at = mail.mail.since + std::chrono::seconds(90);
  mail.reason = "450 4.2.1 later";
  return mail;
}

TEST(MailsCommand, ListsRetriesAndDrops) {
  const Command list = parse({"mails", "--state", "deferred", "--json"});
  ASSERT_TRUE(std::holds_alternative<MailsCommand>(list));
  EXPECT_EQ(std::get<MailsCommand>(list).state, "deferred");
  EXPECT_TRUE(std::get<MailsCommand>(list).json);
  EXPECT_EQ(std::get<MailsCommand>(list).change, "");
  for (const char* change : {"retry", "drop"}) {
    const Command command = parse({"mails", change, "3F7K-9Q2M-XW41.thanks"});
    ASSERT_TRUE(std::holds_alternative<MailsCommand>(command)) << change;
    EXPECT_EQ(std::get<MailsCommand>(command).change, change);
    EXPECT_EQ(std::get<MailsCommand>(command).mail, "3F7K-9Q2M-XW41.thanks");
  }
}

TEST(MailsCommand, EndsWithTwoForWrongUsage) {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{"mails", "--state", "lost"},
                                             {"mails", "retry"},
                                             {"mails", "send", "X"},
                                             {"webhooks", "--status", "lost"},
                                             {"mails", "drop", "A", "B"}}) {
    const Command command = parse(arguments);
    ASSERT_TRUE(std::holds_alternative<ExitNow>(command)) << arguments.back();
    EXPECT_EQ(std::get<ExitNow>(command).code, exit_wrong_usage);
  }
}

TEST(MailDocuments, ShowAMailWithoutItsAddress) {
  const auto json = nlohmann::json::parse(mail_json(sample()));
  EXPECT_EQ(json["mail"], "3F7K-9Q2M-XW41.thanks");
  EXPECT_EQ(json["to"], "\u2026@example.jp");
  EXPECT_EQ(json["since"], "2026-11-18T11:06:40.000000Z");
  EXPECT_EQ(json["next_at"], "2026-11-18T11:08:10.000000Z");
  EXPECT_EQ(json["ended_at"], nullptr);
  EXPECT_EQ(json["last_error"], "450 4.2.1 later");
}

TEST(MailDocuments, MakeALineForPeopleOfEachMail) {
  MailPage page;
  EXPECT_EQ(mails_text(mails_json(page)).value(), "no mail is due, and none ended undelivered\n");
  EXPECT_EQ(mails_text(mails_json(page), "deferred").value(), "no mail is deferred\n");
  page.mails = {sample()};
  page.mails.front().domain.clear();
  page.more = true;
  page.server_since = sample().mail.since;
  page.server_reason = "535 5.7.8 wrong";
  const std::string text = mails_text(mails_json(page)).value();
  EXPECT_THAT(text,
              HasSubstr("the mail server is away since 2026-11-18T11:06:40Z: 535 5.7.8 wrong"));
  EXPECT_THAT(text, HasSubstr("3F7K-9Q2M-XW41.thanks"));
  EXPECT_THAT(text, HasSubstr("450 4.2.1 later\n"));
  EXPECT_THAT(text, HasSubstr("there are more, after 3F7K-9Q2M-XW41\n"));
  EXPECT_THAT(text, Not(HasSubstr("null")));
  for (const char* broken : {"", "{}", "[]", R"({"mails": 5, "next": null, "server": null})"})
    EXPECT_FALSE(mails_text(broken)) << broken;
}

TEST(WebhookDocuments, MakeALineForPeopleOfEachWebhook) {
  const std::string none = R"({"webhooks":[],"next":null})";
  EXPECT_EQ(webhooks_text(none).value(), "there is no webhook\n");
  EXPECT_EQ(webhooks_text(none, "failing").value(), "no webhook is failing\n");
  const std::string text =
      webhooks_text(R"({"webhooks":[{"webhook":"wh_1","shop":3,"status":"failing","waiting":2,
          "failed":1,"failing_since":"2026-12-01T00:00:00.000000Z","oldest_undelivered_at":null,
          "last_error":"500"}],"next":"wh_1"})")
          .value();
  EXPECT_THAT(text, HasSubstr("wh_1"));
  EXPECT_THAT(text, HasSubstr("2026-12-01T00:00:00.000000Z  -"));
  EXPECT_THAT(text, HasSubstr("500\nthere are more, after wh_1\n"));
  for (const char* broken : {"", "{}", "[]", R"({"webhooks": 5, "next": null})"})
    EXPECT_FALSE(webhooks_text(broken)) << broken;
}

}  // namespace
}  // namespace spillway::actors
