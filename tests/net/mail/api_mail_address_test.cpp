#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/mail/mail_address.hpp"

namespace spillway::net {
namespace {

TEST(MailAddress, TakesPlainAddresses) {
  const std::vector<std::string> addresses{
      "hanako@example.jp",
      "a@b.cc",
      "first.last+tag@sub.domain.example",
      "!#$%&'*+-/=?^_`{|}~@example.com",
      "1@2.example",
      "x@xn--wgv71a.example",
      std::string(64, 'a') + "@example.jp",
      "a@" + std::string(63, 'b') + ".example",
      "\"hanako\"@example.jp",
      "\"hanako sato\"@example.jp",
      "\"ha..nako.\"@example.jp",
      R"("a@b\"\\c"@example.jp)",
      "ha..nako@docomo.ne.jp",
      "hanako.@ezweb.ne.jp",
      ".hanako-@DoCoMo.ne.jp",
      "ha...na.ko..@t.vodafone.ne.jp",
  };
  for (const std::string& address : addresses) EXPECT_TRUE(is_mail_address(address)) << address;
}

TEST(MailAddress, RefusesEverythingElse) {
  const std::string labels = std::string(62, 'b') + ".";
  const std::vector<std::string> texts{
      "",
      "@",
      "hanako",
      "hanako@",
      "@example.jp",
      "hanako@localhost",
      "hanako@@example.jp",
      "hanako@example@jp.example",
      "hanako @example.jp",
      "hanako@exam ple.jp",
      " hanako@example.jp",
      "hanako@example.jp\r\nBcc: x@y.example",
      "hanako\n@example.jp",
      std::string("hanako\0@example.jp", 18),
      "hanako\x7F@example.jp",
      ".hanako@example.jp",
      "hanako.@example.jp",
      "ha..nako@example.jp",
      "hanako@.example.jp",
      "hanako@example..jp",
      "hanako@example.jp.",
      "hanako@-example.jp",
      "hanako@example-.jp",
      "hanako@exa_mple.jp",
      "hanako@[192.0.2.1]",
      "\"\"@example.jp",
      "\"hanako@example.jp",
      "\"hana\"ko\"@example.jp",
      "\"hanako\"sato@example.jp",
      "\"hanako\\\"@example.jp",
      "\"hana\r\nko\"@example.jp",
      "\"hana\tko\"@example.jp",
      "\"花子\"@example.jp",
      "ha..nako@notdocomo.ne.jp",
      "ha..nako@docomo.ne.jp.example",
      "ha nako@docomo.ne.jp",
      "hanako(comment)@example.jp",
      "Hanako <hanako@example.jp>",
      "a@example.jp,b@example.jp",
      "花子@example.jp",
      "hanako@例え.jp",
      std::string(65, 'a') + "@example.jp",
      "a@" + std::string(64, 'b') + ".example",
      "a@" + labels + labels + labels + labels + "example",
  };
  for (const std::string& text : texts) EXPECT_FALSE(is_mail_address(text)) << text;
}

TEST(MailAddress, IsWrittenInQuotesWhereItsDotsWouldBreakTheRules) {
  EXPECT_EQ(mail_address_on_the_wire("hanako.sato@example.jp"), "hanako.sato@example.jp");
  EXPECT_EQ(mail_address_on_the_wire("ha..nako@docomo.ne.jp"), "\"ha..nako\"@docomo.ne.jp");
  EXPECT_EQ(mail_address_on_the_wire("hanako.@ezweb.ne.jp"), "\"hanako.\"@ezweb.ne.jp");
  EXPECT_EQ(mail_address_on_the_wire("\"a@b\"@example.jp"), "\"a@b\"@example.jp");
}

}  // namespace
}  // namespace spillway::net
