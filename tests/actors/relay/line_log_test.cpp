// What a person is told of a relay line.
#include "actors/relay/line_log.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spillway::actors {
namespace {

using net::iso8583::Flaw;
using testing::HasSubstr;
using testing::Not;

class LineLogTest : public testing::Test {
 protected:
  LineLogTest() { settings_.name = "east"; }

  // What is written by `events`.
  template <class Events>
  std::string logged(Events events) {
    testing::internal::CaptureStderr();
    events();
    return testing::internal::GetCapturedStderr();
  }
  static std::ptrdiff_t lines(const std::string& text) { return std::ranges::count(text, '\n'); }

  MonotonicTime now_{std::chrono::hours(5)};
  RelaySettings settings_;
  RelayMetrics metrics_;
  LineLog log_{settings_, metrics_};
};

TEST_F(LineLogTest, TellsOnceAndThenSeldomWhyThereIsNoLine) {
  EXPECT_EQ(metrics_.line_trouble.down()->reason, "not connected yet");
  const std::string text = logged([&] {
    for (int i = 0; i < 100; ++i) log_.no_line("no connection: connection refused", now_);
    log_.no_line("the sign-on was refused with response code 91", now_);
    log_.tls_failed("the certificate has expired", now_);
    log_.tls_failed("the certificate has expired", now_ + 59min);
    log_.no_line("no connection: connection refused", now_ + 1h);
  });
  EXPECT_EQ(lines(text), 4) << text;
  EXPECT_THAT(text, HasSubstr("level=warning event=line_not_made relay=east why=\"no connection: "
                              "connection refused\" count=1\n"));
  EXPECT_THAT(text, HasSubstr("why=\"the sign-on was refused with response code 91\" count=1\n"));
  EXPECT_THAT(text,
              HasSubstr("event=tls_failed relay=east reason=\"the certificate has expired\""));
  EXPECT_THAT(text, HasSubstr("connection refused\" count=100\n"));
  EXPECT_EQ(metrics_.line_failures.value(), 102U);
  EXPECT_EQ(metrics_.tls_failures.value(), 2U);
  EXPECT_EQ(metrics_.line_trouble.down()->reason, "no connection: connection refused");
}

TEST_F(LineLogTest, TellsAnewOfTroubleThatCameAgain) {
  const std::string text = logged([&] {
    log_.no_line("no connection: connection refused", now_);
    log_.up(now_ + 1s);
    log_.down(net::LineLoss::silent, "nothing was heard for 12 s", now_ + 2s);
    log_.no_line("no connection: connection refused", now_ + 3s);
  });
  EXPECT_EQ(lines(text), 4) << text;
  EXPECT_THAT(text, HasSubstr("event=line_up relay=east count=1\n"));
  EXPECT_THAT(text,
              HasSubstr("event=line_down relay=east reason=silent why=\"nothing was heard for "
                        "12 s\" count=1\n"));
}

TEST_F(LineLogTest, SaysSinceWhenALineIsDownAndWhyNow) {
  log_.up(now_);
  EXPECT_FALSE(metrics_.line_trouble.down());
  EXPECT_EQ(metrics_.line_up.value(), 1);
  log_.down(net::LineLoss::closed, "the connection ended", now_);
  const auto first = metrics_.line_trouble.down();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->reason, "the connection ended");
  log_.tls_failed("the certificate has expired", now_);
  EXPECT_EQ(metrics_.line_trouble.down()->reason, "TLS: the certificate has expired");
  EXPECT_EQ(metrics_.line_trouble.down()->since, first->since);
  EXPECT_EQ(metrics_.line_up.value(), 0);
}

TEST_F(LineLogTest, IsNotFloodedByALineThatKeepsBreaking) {
  const std::string text = logged([&] {
    for (int i = 0; i < 100; ++i) {
      log_.up(now_ + i * 50ms);
      log_.down(net::LineLoss::closed, "the connection ended", now_ + i * 50ms);
    }
  });
  EXPECT_EQ(lines(text), 2) << text;
  EXPECT_EQ(metrics_.line_losses.value(), 100U);
}

TEST_F(LineLogTest, TellsWhatWasPassedOverByFieldAndRule) {
  const std::string text = logged([&] {
    for (int i = 0; i < 50; ++i)
      log_.passed_over({{{Flaw::characters, 39, 110}, 2}, {{Flaw::type, 0, 620}, 1}}, now_);
    log_.passed_over({{{Flaw::missing_field, 37, 410}, 1}}, now_);
  });
  EXPECT_EQ(lines(text), 3) << text;
  EXPECT_THAT(text, HasSubstr("event=message_passed_over relay=east reason=characters why=\"0110: "
                              "field 39 (response code) holds a character that its format does not "
                              "have\" count=2\n"));
  EXPECT_THAT(text,
              HasSubstr("reason=type why=\"0620: nothing is done with messages of this type\""));
  EXPECT_THAT(text, HasSubstr("why=\"0410: field 37 (retrieval reference number) is missing\""));
  const auto counted = [&](Flaw flaw) {
    return metrics_.passed_over[static_cast<std::size_t>(flaw)].value();
  };
  EXPECT_EQ(counted(Flaw::characters), 100U);
  EXPECT_EQ(counted(Flaw::type), 50U);
  EXPECT_EQ(counted(Flaw::missing_field), 1U);
  EXPECT_EQ(counted(Flaw::truncated), 0U);
}

TEST_F(LineLogTest, TellsOfAnswersUnderAForeignReferenceButNoCardsDigits) {
  net::RelayReply reply;
  reply.reference = "424242424242";
  const std::string digits = logged([&] { log_.foreign(reply, now_); });
  EXPECT_THAT(digits, HasSubstr("reason=foreign_reference"));
  EXPECT_THAT(digits, HasSubstr("********4242"));
  EXPECT_THAT(digits, Not(HasSubstr("42424242")));
  reply.reference = "FOREIGN00001";
  EXPECT_EQ(logged([&] { log_.foreign(reply, now_ + 1min); }), "");
  EXPECT_THAT(logged([&] { log_.foreign(reply, now_ + 1h); }), HasSubstr("FOREIGN00001\" count=2"));
  EXPECT_EQ(metrics_.passed_over[RelayMetrics::foreign_reference].value(), 3U);
}

}  // namespace
}  // namespace spillway::actors
