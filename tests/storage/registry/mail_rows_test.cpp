#include "storage/registry/mail_rows.hpp"

#include <gtest/gtest.h>

namespace spillway::storage {
namespace {

EndedMail sample(MailEnd end) {
  EndedMail ended;
  ended.mail = {{77}, Timestamp(Duration(1'780'000'000'123'456)), {3}, Notice::reorder};
  ended.at = ended.mail.since + std::chrono::hours(120);
  ended.end = end;
  ended.tries = 125;
  ended.reason = "450 4.2.1 <(address)>: later";
  return ended;
}

TEST(MailRows, ReadBackAsTheyWereWritten) {
  for (const MailEnd end : {MailEnd::refused, MailEnd::given_up, MailEnd::dropped}) {
    const EndedMail ended = sample(end);
    EXPECT_EQ(decode_mail(mail_row_key(ended.mail), encode_mail(ended)), ended);
  }
}

TEST(MailRows, AreNothingWhenAnythingIsMissingOrChanged) {
  const EndedMail ended = sample(MailEnd::refused);
  const std::string key = mail_row_key(ended.mail);
  const std::string value = encode_mail(ended);
  for (std::size_t size = 0; size < value.size(); ++size)
    EXPECT_EQ(decode_mail(key, value.substr(0, size)), std::nullopt) << size;
  EXPECT_EQ(decode_mail(key, value + 'x'), std::nullopt);
  EXPECT_EQ(decode_mail(key.substr(1), value), std::nullopt);
  EXPECT_EQ(decode_mail(key.substr(0, 8) + '\x09', value), std::nullopt) << "no such notice";
}

TEST(MailRows, OfAnOrderStandTogetherInTheOrderOfNumbers) {
  DueMail mail = sample(MailEnd::refused).mail;
  const std::string first = mail_row_key(mail);
  mail.notice = Notice::cancellation;
  const std::string second = mail_row_key(mail);
  mail.order = {78};
  mail.notice = Notice::thanks;
  EXPECT_LT(first, second);
  EXPECT_LT(second, mail_row_key(mail));
}

}  // namespace
}  // namespace spillway::storage
