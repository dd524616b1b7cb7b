#include "net/mail/smtp_verdict.hpp"

#include <gtest/gtest.h>

#include "engine/telling/limits.hpp"

namespace spillway::net {
namespace {

using Phase = SmtpPhase;

constexpr struct {
  Phase phase;
  int code;
  const char* text;
  Delivery delivery;
} rows[] = {
    // The server, or how we come to it.
    {Phase::connection, 0, "", Delivery::server},
    {Phase::connection, 421, "4.3.2 too many connections", Delivery::server},
    {Phase::connection, 554, "no service", Delivery::server},
    {Phase::connection, 550, "5.1.1 even so", Delivery::server},
    {Phase::log_in, 535, "5.7.8 wrong", Delivery::server},
    {Phase::log_in, 0, "", Delivery::server},
    {Phase::sender, 0, "", Delivery::server},
    {Phase::sender, 421, "4.7.0 later", Delivery::server},
    {Phase::sender, 451, "local error", Delivery::server},
    {Phase::sender, 452, "4.3.1 no storage", Delivery::server},
    {Phase::sender, 550, "5.3.2 not accepting", Delivery::server},
    {Phase::sender, 530, "5.7.0 log in first", Delivery::server},
    {Phase::recipient, 530, "log in first", Delivery::server},
    {Phase::recipient, 454, "4.7.0 TLS first", Delivery::server},
    {Phase::message, 538, "5.7.11 encrypt first", Delivery::server},
    // The sender.
    {Phase::sender, 450, "4.7.1 rate", Delivery::sender},
    {Phase::sender, 450, "slower", Delivery::sender},
    {Phase::sender, 451, "4.7.1 policy", Delivery::sender},
    {Phase::sender, 550, "5.7.1 not from you", Delivery::sender},
    {Phase::sender, 550, "no", Delivery::sender},
    {Phase::sender, 553, "5.1.8 domain not found", Delivery::sender},
    {Phase::recipient, 553, "5.1.8 sender's domain", Delivery::sender},
    {Phase::recipient, 450, "4.1.8 sender's domain", Delivery::sender},
    {Phase::recipient, 550, "5.4.5 quota", Delivery::sender},
    {Phase::message, 550, "5.4.5 quota", Delivery::sender},
    {Phase::message, 552, "5.7.0 policy", Delivery::sender},
    {Phase::message, 550, "5.7.26 not authenticated", Delivery::sender},
    // The recipient.
    {Phase::recipient, 0, "", Delivery::deferred},
    {Phase::recipient, 421, "4.7.0 later", Delivery::deferred},
    {Phase::recipient, 450, "greylisted", Delivery::deferred},
    {Phase::recipient, 450, "4.7.1 greylisted", Delivery::deferred},
    {Phase::recipient, 451, "4.3.0 try again", Delivery::deferred},
    {Phase::recipient, 452, "4.2.2 full", Delivery::deferred},
    {Phase::recipient, 550, "nobody", Delivery::refused},
    {Phase::recipient, 550, "5.1.1 nobody", Delivery::refused},
    {Phase::recipient, 554, "5.2.1 disabled", Delivery::refused},
    {Phase::recipient, 556, "5.1.10 takes no mail", Delivery::refused},
    {Phase::recipient, 552, "5.2.2 full", Delivery::refused},
    {Phase::recipient, 553, "not allowed", Delivery::refused},
    {Phase::recipient, 554, "5.7.1 relay access denied", Delivery::denied},
    {Phase::recipient, 550, "5.7.1 blocked", Delivery::denied},
    {Phase::recipient, 554, "transaction failed", Delivery::denied},
    {Phase::recipient, 550, "5.3.2 closed", Delivery::denied},
    {Phase::recipient, 503, "5.5.1 bad sequence", Delivery::denied},
    // The message.
    {Phase::message, 0, "", Delivery::deferred},
    {Phase::message, 421, "4.3.0 closing", Delivery::deferred},
    {Phase::message, 451, "4.7.1 later", Delivery::deferred},
    {Phase::message, 452, "4.3.1 no storage", Delivery::deferred},
    {Phase::message, 554, "never", Delivery::refused},
    {Phase::message, 554, "5.6.0 bad content", Delivery::refused},
    {Phase::message, 554, "5.5.1 no valid recipients", Delivery::refused},
    {Phase::message, 552, "5.3.4 too large", Delivery::refused},
    {Phase::sender, 552, "5.3.4 too large", Delivery::refused},
    {Phase::sender, 552, "too large", Delivery::refused},
    {Phase::message, 550, "5.3.0 broken", Delivery::denied},
    {Phase::message, 502, "5.5.1 what is that", Delivery::denied},
};

TEST(SmtpVerdict, SaysWhoseAffairAFailureIs) {
  for (const auto& row : rows)
    EXPECT_EQ(static_cast<int>(judge({row.phase, row.code, row.text})),
              static_cast<int>(row.delivery))
        << static_cast<int>(row.phase) << ' ' << row.code << ' ' << row.text;
}

TEST(SmtpVerdict, ReadsEnhancedStatusCodesAndNothingElse) {
  EXPECT_EQ(enhanced_status("5.7.26 x"), (EnhancedStatus{5, 7, 26}));
  EXPECT_EQ(enhanced_status("4.2.1"), (EnhancedStatus{4, 2, 1}));
  for (const char* text : {"", "5", "5.", "5.7", "5.7.", "3.1.1 x", "5.7.x", "5.7.1234 x", "55.7.1",
                           "-5.7.1", "5.7.1x", " 5.7.1", "5,7,1"})
    EXPECT_EQ(enhanced_status(text), std::nullopt) << text;
}

TEST(SmtpVerdict, TellsNoAddressAndNothingThatHurtsALog) {
  const std::string address = "hanako.sato+shop@example.jp";
  EXPECT_EQ(told_reason("550 5.1.1 <Hanako.Sato+shop@example.jp>: unknown", address),
            "550 5.1.1 <(address)>: unknown");
  EXPECT_EQ(told_reason("no user HANAKO.SATO+SHOP here", address), "no user (address) here");
  EXPECT_EQ(told_reason("see https://x.example/?a=hanako%40example.jp", address),
            "see https:(address)")
      << "an encoded one, with all that it stands in";
  EXPECT_EQ(told_reason("a\r\nevent=b\x1b[2J\xE8\x8A\xB1", address), "a event=b [2J");
  EXPECT_EQ(told_reason("card 4242424242424242 no", address), "card (number) no");
  EXPECT_EQ(told_reason(std::string(5'000, 'x'), address).size(), limits::mail_reason_max);
  EXPECT_EQ(told_reason("", address), "");
}

}  // namespace
}  // namespace spillway::net
