#include "engine/account/member.hpp"

#include <gtest/gtest.h>

#include "engine/account/limits.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;

TEST(MemberRules, ATelephoneNumberIsDigitsAndWhatPeoplePutBetween) {
  for (const char* good : {"0312345678", "+81 3-1234-5678", "(03) 1234 5678", "+1 (415) 705-6377",
                           "110-1190", "+441234.567890", "+49 151 234 567 890"})
    EXPECT_TRUE(is_telephone(good)) << good;
  for (const char* bad :
       {"", "+", "12345", "+1234567890123456", "03--1234567", " 0312345678", "0312345678 ",
        "03 1234 5678 ext 9", "0312345678+", "((03)) 12345678", "(0312345678", "0312345678)",
        "３１２３４５６７", "03\n12345678", "03 1234 5678 03 1234 5678 03 1234 5678"})
    EXPECT_FALSE(is_telephone(bad)) << bad;
}

TEST(MemberRules, ADateOfBirthIsARealDayThatHasBeen) {
  const std::chrono::sys_days today{2026y / 11 / 22};
  for (const char* good : {"1900-01-01", "1990-02-28", "2000-02-29", "2026-11-22"})
    EXPECT_TRUE(is_date_of_birth(good, today)) << good;
  for (const char* bad : {"", "1899-12-31", "1990-02-29", "1900-02-29", "1990-13-01", "1990-00-10",
                          "1990-04-31", "1990-01-00", "2026-11-23", "90-01-01", "1990/01/01",
                          "1990-1-1", "1990-01-01T00", "19a0-01-01", "1990-0a-01"})
    EXPECT_FALSE(is_date_of_birth(bad, today)) << bad;
}

TEST(MemberRules, MailAddressesThatDifferByCaseAloneAreTheSame) {
  EXPECT_EQ(fold_mail_address("Hanako@Example.JP"), "hanako@example.jp");
}

TEST(MemberRules, APasswordIsLongAndNotWhatEverybodyKnows) {
  const MemberProfile profile{"Hanako Sato", "hanako@example.jp", {}, {}, {}};
  const auto flaw = [&](std::string_view password) {
    return password_flaw(password, "M-3F7K-9Q2M-X", profile);
  };
  EXPECT_EQ(flaw("correct horse"), PasswordFlaw::none);
  EXPECT_EQ(flaw("ひみつのことばです！"), PasswordFlaw::none) << "ten characters of three bytes";
  EXPECT_EQ(flaw("ひみつのことばで！"), PasswordFlaw::short_) << "nine characters of three bytes";
  EXPECT_EQ(flaw("123456789"), PasswordFlaw::short_);
  EXPECT_EQ(flaw(std::string(limits::password_max, 'x')), PasswordFlaw::none);
  EXPECT_EQ(flaw(std::string(limits::password_max + 1, 'x')), PasswordFlaw::long_);
  std::string emoji;
  for (std::size_t i = 0; i < limits::password_max; ++i) emoji += "😀";
  EXPECT_EQ(flaw(emoji), PasswordFlaw::none) << "128 characters of four bytes";
  EXPECT_EQ(flaw(emoji + "!"), PasswordFlaw::long_);
  EXPECT_EQ(flaw("HANAKO@example.jp"), PasswordFlaw::known);
  EXPECT_EQ(flaw("hanako sato"), PasswordFlaw::known);
  EXPECT_EQ(flaw("m-3f7k-9q2m-x"), PasswordFlaw::known);
  for (const auto each : {PasswordFlaw::short_, PasswordFlaw::long_, PasswordFlaw::known})
    EXPECT_FALSE(to_text(each).empty());
}

TEST(MemberRules, AnInitialPasswordShowsEachBitOfItsChance) {
  std::array<unsigned char, 10> chance{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 1};
  std::string text(initial_password_length, ' ');
  write_initial_password(chance, text.data());
  EXPECT_EQ(text, "ZZZZ-ZZZZ-0000-0001");
  EXPECT_EQ(password_flaw(text, "M-3F7K-9Q2M-X", {}), PasswordFlaw::none);
  for (std::size_t bit = 0; bit < 80; ++bit) {
    auto other = chance;
    other[bit / 8] ^= static_cast<unsigned char>(1U << (bit % 8));
    std::string changed(initial_password_length, ' ');
    write_initial_password(other, changed.data());
    EXPECT_NE(changed, text) << bit;
  }
}

TEST(MemberRules, OfTooManySessionsTheOldestGoes) {
  const Timestamp now(1'000'000s);
  std::vector<MemberSession> sessions;
  const auto open = [&](unsigned char mark, Timestamp expires_at) {
    MemberSession session;
    session.token_hash[0] = mark;
    session.expires_at = expires_at;
    open_session(sessions, session, now);
  };
  for (unsigned char i = 0; i <= limits::member_sessions_max; ++i) open(i, now + 1h);
  ASSERT_EQ(sessions.size(), limits::member_sessions_max);
  EXPECT_EQ(sessions.front().token_hash[0], 1);
  EXPECT_EQ(sessions.back().token_hash[0], limits::member_sessions_max);
}

TEST(MemberRules, SessionsThatAreOverMakeRoom) {
  std::vector<MemberSession> sessions{{{1}, Timestamp(100s)}, {{2}, Timestamp(300s)}};
  open_session(sessions, {{3}, Timestamp(500s)}, Timestamp(100s));
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_EQ(sessions[0].token_hash[0], 2);
  EXPECT_EQ(sessions[1].token_hash[0], 3);
}

}  // namespace
}  // namespace spillway
