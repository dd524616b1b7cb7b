#include "net/text/password_text.hpp"

#include <string>

#include <gtest/gtest.h>

#include "engine/account/limits.hpp"

namespace spillway::net {
namespace {

std::string form(std::string_view text) {
  const auto password = opaque_password(text);
  return password ? std::string(password->view()) : "refused";
}

TEST(PasswordText, IsTheSameHoweverAKeyboardWritesIt) {
  struct Case {
    const char* text;
    const char* form;
  };
  for (const Case& each : {
           Case{"correct horse", "correct horse"},
           Case{"Caf\u00e9 au lait", "Caf\u00e9 au lait"},
           Case{"Cafe\u0301 au lait", "Caf\u00e9 au lait"},
           Case{"\u304b\u3099\u3063\u3053\u3046", "\u304c\u3063\u3053\u3046"},  // が in two parts
           Case{"\u1112\u1161\u11ab", "\ud55c"},                                // 한 in three
           Case{"q\u0323\u0307", "q\u0323\u0307"},
           Case{"q\u0307\u0323", "q\u0323\u0307"},      // marks in one order
           Case{"a\u00a0b\u3000c\u2003d", "a b c d"},   // spaces
           Case{"\u212b", "\u00c5"},                    // the sign for ångström
           Case{"\uff21BC \ufb01", "\uff21BC \ufb01"},  // compatibility forms stay apart
           Case{"\u00df\u1e9e", "\u00df\u1e9e"},        // and so does case
           Case{"a\tb", "a\tb"},
           Case{"", ""},
       })
    EXPECT_EQ(form(each.text), each.form) << each.text;
}

TEST(PasswordText, IsBounded) {
  const std::string longest(limits::password_max, 'x');
  EXPECT_EQ(form(longest), longest);
  EXPECT_EQ(form(longest + "x"), "refused");
  std::string emoji;
  for (std::size_t i = 0; i < limits::password_max; ++i) emoji += "\U0001F600";
  EXPECT_EQ(form(emoji), emoji) << "128 characters of four bytes";
  std::string grows;  // three characters each in normalization form C
  for (std::size_t i = 0; i < limits::password_max / 2; ++i) grows += "\ufb2c";
  EXPECT_EQ(form(grows), "refused");
}

TEST(PasswordText, KeepsWhatWasSentWhereThatIsAnother) {
  EXPECT_FALSE(given_password("correct horse")->as_sent);
  const auto given = given_password("cafe\u0301 noir");
  ASSERT_TRUE(given && given->as_sent);
  EXPECT_EQ(given->password.view(), "caf\u00e9 noir");
  EXPECT_EQ(given->as_sent->view(), "cafe\u0301 noir");
}

}  // namespace
}  // namespace spillway::net
