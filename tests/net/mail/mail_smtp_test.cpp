#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/telling/limits.hpp"
#include "net/mail/smtp_mail.hpp"
#include "net/stream/event_loop.hpp"
#include "tests/net/fixtures/mail_reading.hpp"
#include "tests/net/fixtures/scripted_smtp_server.hpp"

namespace spillway::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

struct Sender {
  explicit Sender(SmtpOptions options) : loop("mail") {
    port = std::move(SmtpMail::open(loop, std::move(options)).value());
    port->start(recorder);
  }
  explicit Sender(const ScriptedSmtpServer& server) : Sender(SmtpOptions{.url = server.url()}) {}
  ~Sender() { port->stop(); }

  EventLoop loop;
  DeliveryRecorder recorder;
  std::unique_ptr<SmtpMail> port;
};

TEST(SmtpMail, BringsTheWholeMailToTheServer) {
  ScriptedSmtpServer server;
  Sender sender(server);
  Mail mail = sample_mail();
  mail.from_name = "靴屋 \"Shoes & more\"";
  mail.to_name = "佐藤 花子";
  mail.subject = "Thank you, 花子";
  mail.text = "Dear 佐藤 花子,\n.\n..dots\n.\nand the rest.\nFrom here on = new\n";
  sender.port->deliver(7, mail);
  ASSERT_EQ(sender.recorder.of(7), Delivery::delivered);

  ASSERT_EQ(server.received().size(), 1u);
  const ReceivedMail received = server.received().front();
  EXPECT_THAT(received.from, testing::StartsWith("<orders@shop.example>"));
  EXPECT_EQ(received.to, "<hanako@example.jp>");
  const ReadMessage message = read_message(received.data);
  EXPECT_EQ(read_words(message.field("From")), mail.from_name + " <orders@shop.example>");
  EXPECT_EQ(read_words(message.field("To")), "佐藤 花子 <hanako@example.jp>");
  EXPECT_EQ(read_words(message.field("Subject")), mail.subject);
  EXPECT_EQ(message.field("Message-ID"), "<3F7K9Q2MXW41.thanks@shop.example>");
  EXPECT_EQ(read_quoted_printable(message.body), mail.text);
}

TEST(SmtpMail, TellsWhatTheServersAnswerMeans) {
  struct Row {
    SmtpStage stage;
    const char* answer;
    Delivery delivery;
  };
  const Row rows[] = {
      {SmtpStage::greeting, "421 4.3.2 shutting down", Delivery::server},
      {SmtpStage::greeting, "554 5.3.2 no service here", Delivery::server},
      {SmtpStage::mail, "451 4.3.0 try again", Delivery::server},
      {SmtpStage::mail, "530 5.7.0 log in first", Delivery::server},
      {SmtpStage::mail, "550 5.7.1 not from you", Delivery::sender},
      {SmtpStage::mail, "552 5.3.4 too large", Delivery::refused},
      {SmtpStage::receiver, "450 4.2.1 greylisted", Delivery::deferred},
      {SmtpStage::receiver, "452 4.2.2 mailbox full", Delivery::deferred},
      {SmtpStage::receiver, "550 5.1.1 nobody of this name", Delivery::refused},
      {SmtpStage::receiver, "554 5.7.1 relay access denied", Delivery::denied},
      {SmtpStage::data, "451 4.3.0 not now", Delivery::deferred},
      {SmtpStage::data, "554 5.5.1 no valid recipients", Delivery::refused},
      {SmtpStage::data, "550 5.4.5 daily quota exceeded", Delivery::sender},
      {SmtpStage::message, "451 4.3.0 disk full", Delivery::deferred},
      {SmtpStage::message, "554 never", Delivery::refused},
      {SmtpStage::message, "550-5.7.1 we think\r\n550 5.7.1 that this is spam", Delivery::sender},
      {SmtpStage::message, "250-2.0.0 taken\r\n250 2.0.0 and kept", Delivery::delivered},
  };
  for (const Row& row : rows) {
    ScriptedSmtpServer server;
    server.next(row.stage, row.answer);
    Sender sender(server);
    sender.port->deliver(1, sample_mail());
    const DeliveryReport report = sender.recorder.report_of(1);
    EXPECT_EQ(report.delivery, row.delivery) << row.answer << ": " << report.reason;
    if (row.delivery != Delivery::delivered) {
      EXPECT_THAT(report.reason, HasSubstr(std::string(row.answer).substr(4, 6)));
    }
    sender.port->deliver(2, sample_mail());  // and the next one is not touched by it
    EXPECT_EQ(sender.recorder.of(2), Delivery::delivered) << "after " << row.answer;
  }
}

TEST(SmtpMail, KeepsTheMailWhenTheServerRefusesToSayHello) {
  ScriptedSmtpServer server;
  server.next(SmtpStage::hello, "502 5.5.1 no EHLO");
  server.next(SmtpStage::hello, "550 5.7.1 and no HELO either");
  Sender sender(server);
  sender.port->deliver(1, sample_mail());
  EXPECT_EQ(sender.recorder.of(1), Delivery::server);
}

TEST(SmtpMail, TriesLaterWhateverStageTheServerStallsAt) {
  for (const SmtpStage stage : {SmtpStage::greeting, SmtpStage::hello, SmtpStage::mail,
                                SmtpStage::receiver, SmtpStage::data, SmtpStage::message}) {
    ScriptedSmtpServer server;
    server.stall(stage);
    Sender sender({.url = server.url(), .connect_time_max = 100ms, .total_time_max = 150ms});
    sender.port->deliver(1, sample_mail());
    const bool early = stage < SmtpStage::receiver;
    EXPECT_EQ(sender.recorder.of(1), early ? Delivery::server : Delivery::deferred)
        << static_cast<int>(stage);
  }
}

TEST(SmtpMail, TriesLaterWhateverStageTheServerDropsTheLineAt) {
  for (const SmtpStage stage : {SmtpStage::greeting, SmtpStage::hello, SmtpStage::mail,
                                SmtpStage::receiver, SmtpStage::data}) {
    ScriptedSmtpServer server;
    server.drop(stage);
    Sender sender(server);
    sender.port->deliver(1, sample_mail());
    const bool early = stage < SmtpStage::receiver;
    EXPECT_EQ(sender.recorder.of(1), early ? Delivery::server : Delivery::deferred)
        << static_cast<int>(stage);
  }
}

TEST(SmtpMail, SendsTheSameMessageIdAgainWhenTheLineIsCutAfterTheFinalDot) {
  ScriptedSmtpServer server;
  server.drop(SmtpStage::message);
  Sender sender(server);
  sender.port->deliver(1, sample_mail());
  ASSERT_EQ(sender.recorder.of(1), Delivery::deferred);
  sender.port->deliver(2, sample_mail());
  ASSERT_EQ(sender.recorder.of(2), Delivery::delivered);

  const auto received = server.received();
  ASSERT_EQ(received.size(), 2u);
  EXPECT_EQ(received[0].data, received[1].data);
  EXPECT_EQ(read_message(received[1].data).field("Message-ID"),
            "<3F7K9Q2MXW41.thanks@shop.example>");
}

TEST(SmtpMail, TriesLaterWhileTheServerIsAwayAndDeliversWhenItIsBack) {
  ScriptedSmtpServer server(/*away=*/true);
  Sender sender(server);
  sender.port->deliver(1, sample_mail());
  const DeliveryReport report = sender.recorder.report_of(1);
  ASSERT_EQ(report.delivery, Delivery::server);
  EXPECT_FALSE(report.reason.empty());
  server.back();
  sender.port->deliver(2, sample_mail());
  EXPECT_EQ(sender.recorder.of(2), Delivery::delivered);
}

TEST(SmtpMail, UsesItsConnectionsAgainAndOpensOthersWhenTheyAreGone) {
  ScriptedSmtpServer server;
  Sender sender(server);
  constexpr std::uint64_t count = limits::mails_in_flight_max * 4;
  for (std::uint64_t id = 1; id <= count; ++id) {
    sender.port->deliver(id, sample_mail());
    ASSERT_EQ(sender.recorder.of(id), Delivery::delivered);
  }
  EXPECT_LE(server.connections(), limits::mails_in_flight_max);

  server.drop_connections();
  ASSERT_TRUE(server.wait_for_no_connections());
  for (std::uint64_t id = count + 1; id <= count * 2; ++id) {
    sender.port->deliver(id, sample_mail());
    ASSERT_EQ(sender.recorder.of(id), Delivery::delivered);
  }
  EXPECT_LE(server.connections(), limits::mails_in_flight_max * 2);
}

TEST(SmtpMail, AConnectionThatTheServerEndsCostsItselfOnly) {
  for (const SmtpStage stage : {SmtpStage::mail, SmtpStage::receiver, SmtpStage::data}) {
    ScriptedSmtpServer server;
    Sender sender(server);
    sender.port->deliver(1, sample_mail());
    ASSERT_EQ(sender.recorder.of(1), Delivery::delivered);
    server.next(stage, "421 4.4.2 idle for too long");
    sender.port->deliver(2, sample_mail());
    EXPECT_EQ(sender.recorder.of(2), Delivery::delivered) << static_cast<int>(stage);
    EXPECT_EQ(server.connections(), 2u);
    server.drop(stage);
    sender.port->deliver(3, sample_mail());
    EXPECT_EQ(sender.recorder.of(3), Delivery::delivered) << static_cast<int>(stage);
    EXPECT_EQ(server.connections(), 3u);
  }
}

TEST(SmtpMail, AServerThatEndsItsFreshConnectionsTooIsAway) {
  ScriptedSmtpServer server;
  Sender sender(server);
  sender.port->deliver(1, sample_mail());
  ASSERT_EQ(sender.recorder.of(1), Delivery::delivered);
  server.next(SmtpStage::mail, "421 4.3.2 shutting down");
  server.next(SmtpStage::greeting, "421 4.3.2 shutting down");
  sender.port->deliver(2, sample_mail());
  EXPECT_EQ(sender.recorder.of(2), Delivery::server);
}

TEST(SmtpMail, SaysWhyWithoutTheAddress) {
  ScriptedSmtpServer server;
  server.next(SmtpStage::receiver, "550 5.1.1 <hanako@example.jp>: user hanako is unknown here");
  Sender sender(server);
  sender.port->deliver(1, sample_mail());
  EXPECT_EQ(sender.recorder.report_of(1).reason,
            "550 5.1.1 <(address)>: user (address) is unknown here");
}

TEST(SmtpMail, HasOnlySoManyMailsInFlightAndDeliversTheOthersAfterwards) {
  ScriptedSmtpServer server;
  server.hold();
  Sender sender(server);
  constexpr std::size_t count = limits::mail_connections_max * 3;
  for (std::uint64_t id = 1; id <= count; ++id) {
    Mail mail = sample_mail();
    mail.message_id = "M" + std::to_string(id) + ".thanks@shop.example";
    sender.port->deliver(id, mail);
  }
  ASSERT_TRUE(server.wait_for_held(limits::mail_connections_max));
  EXPECT_EQ(server.connections(), limits::mail_connections_max);
  EXPECT_EQ(sender.recorder.count(), 0u);
  server.release();
  ASSERT_TRUE(sender.recorder.wait_for(count));
  for (std::uint64_t id = 1; id <= count; ++id) {
    EXPECT_EQ(sender.recorder.of(id), Delivery::delivered);
  }
  EXPECT_LE(server.connections(), limits::mail_connections_max);
  EXPECT_EQ(server.received().size(), count);
}

TEST(SmtpMail, RefusesWhatIsNoMailWithoutAskingTheServer) {
  ScriptedSmtpServer server;
  Sender sender(server);
  Mail mail = sample_mail();
  mail.to_address = "hanako@example.jp>\r\nRCPT TO:<everybody@example.jp";
  sender.port->deliver(1, mail);
  EXPECT_EQ(sender.recorder.of(1), Delivery::refused);
  EXPECT_EQ(server.connections(), 0u);
}

TEST(SmtpMail, LogsInAndKeepsTheMailWhenTheServerDoesNotKnowUs) {
  ScriptedSmtpServer server;
  server.offer("AUTH PLAIN");
  server.next(SmtpStage::log_in, "535 5.7.8 wrong");
  Sender sender({.url = server.url(), .user = "spillway", .password = "open sesame"});
  sender.port->deliver(1, sample_mail());
  EXPECT_EQ(sender.recorder.of(1), Delivery::server);
  sender.port->deliver(2, sample_mail());
  EXPECT_EQ(sender.recorder.of(2), Delivery::delivered);
  // RFC 4616: NUL user NUL password.
  EXPECT_THAT(server.everything_heard(), HasSubstr("AHNwaWxsd2F5AG9wZW4gc2VzYW1l"));
}

TEST(SmtpMail, SaysNothingOfAMailToAServerWithoutTheTlsThatIsRequired) {
  ScriptedSmtpServer server;
  server.offer("AUTH PLAIN LOGIN");
  Sender sender(
      {.url = server.url(), .user = "spillway", .password = "open sesame", .tls_required = true});
  sender.port->deliver(1, sample_mail());
  EXPECT_EQ(sender.recorder.of(1), Delivery::server);
  EXPECT_THAT(server.everything_heard(), Not(HasSubstr("AUTH")));
  EXPECT_THAT(server.everything_heard(), Not(HasSubstr("MAIL")));
}

TEST(SmtpMail, NeedsTlsWhenAPasswordWouldLeaveThisMachine) {
  struct Row {
    SmtpOptions options;
    bool needed;
  };
  const Row rows[] = {
      {{.url = "smtp://mail.example:587"}, false},
      {{.url = "smtp://mail.example:587", .tls_required = true}, true},
      {{.url = "smtp://mail.example:587", .user = "u", .password = "p"}, true},
      {{.url = "smtp://127.0.0.1.mail.example", .user = "u", .password = "p"}, true},
      {{.url = "smtp://127.0.0.1:25", .user = "u", .password = "p"}, false},
      {{.url = "smtp://[::1]:25", .user = "u", .password = "p"}, false},
      {{.url = "smtp://localhost", .user = "u", .password = "p"}, false},
      {{.url = "smtp://localhost", .user = "u", .tls_required = true}, true},
  };
  for (const Row& row : rows) EXPECT_EQ(tls_needed(row.options), row.needed) << row.options.url;
}

TEST(SmtpMail, SaysAtOnceThatAnAddressIsNoMailServer) {
  EventLoop loop("mail");
  for (const char* url : {"", "mail.example", "http://mail.example", "smtp://", "smtp://:25",
                          "smtp://mail.example:", "smtp://mail.example:2x",
                          "smtp://user:secret@mail.example", "smtp://mail.example:25 "}) {
    const auto opened = SmtpMail::open(loop, {.url = url});
    ASSERT_FALSE(opened) << url;
    EXPECT_THAT(opened.error().message, Not(HasSubstr("secret")));
  }
  for (const char* url : {"smtp://mail.example", "smtps://mail.example:465", "smtp://[::1]:2525",
                          "smtp://mail.example:587/our.name.example"}) {
    EXPECT_TRUE(SmtpMail::open(loop, {.url = url})) << url;
  }
}

TEST(SmtpMail, StopsAtOnceWhileTheServerIsSilentAndCallsNobodyAfterwards) {
  ScriptedSmtpServer server;
  server.hold();
  for (int i = 0; i < 100; ++i) server.stall(SmtpStage::quit);
  Sender sender(server);
  for (std::uint64_t id = 1; id <= 20; ++id) sender.port->deliver(id, sample_mail());
  ASSERT_TRUE(server.wait_for_held(20));
  const auto begin = std::chrono::steady_clock::now();
  sender.port->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  server.release();
  sender.loop.run_and_wait([] {});
  EXPECT_EQ(sender.recorder.count(), 0u);
}

TEST(SmtpMail, StopsAtOnceThoughTheServerDoesNotAnswerTheGoodBye) {
  ScriptedSmtpServer server;
  server.stall(SmtpStage::quit);
  Sender sender(server);
  sender.port->deliver(1, sample_mail());
  ASSERT_EQ(sender.recorder.of(1), Delivery::delivered);
  const auto begin = std::chrono::steady_clock::now();
  sender.port->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

}  // namespace
}  // namespace spillway::net
