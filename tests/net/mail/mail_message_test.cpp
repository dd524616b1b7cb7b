#include "net/mail/mail_message.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/mail/mail_text.hpp"
#include "tests/net/fixtures/mail_reading.hpp"

namespace spillway::net {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::vector<std::string> fields_in_order = {
    "Date",          "From",         "To",           "Subject",
    "Message-ID",    "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    "Auto-Submitted"};

std::vector<std::string> field_names(const ReadMessage& message) {
  std::vector<std::string> names;
  for (const auto& [name, value] : message.fields) names.push_back(name);
  return names;
}

// RFC 5322 2.1, 2.1.1: lines end in CRLF, CR and LF stand nowhere else, nor does any other control
// character, and lines have at most 998 characters; ours at most 76 where no address is longer.
void expect_well_formed(std::string_view bytes, std::size_t line_max = 76) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes.substr(i, 2) == "\r\n") {
      EXPECT_LE(length, line_max);
      length = 0;
      ++i;
      continue;
    }
    const auto byte = static_cast<unsigned char>(bytes[i]);
    ASSERT_TRUE((byte >= 0x20 && byte < 0x7F) || byte == '\t') << "byte " << int{byte};
    ++length;
  }
  EXPECT_EQ(length, 0u) << "the last line has no end";
}

TEST(MailMessage, WritesEveryFieldOnceAndTheTextAfterABlankLine) {
  const std::string bytes = to_message(sample_mail()).value();
  EXPECT_EQ(bytes,
            "Date: Sat, 21 Nov 2026 22:24:50 +0000\r\n"
            "From: The Shoe Shop <orders@shop.example>\r\n"
            "To: Hanako Sato <hanako@example.jp>\r\n"
            "Subject: Thank you for your order\r\n"
            "Message-ID: <3F7K9Q2MXW41.thanks@shop.example>\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "\r\n"
            "Dear Hanako Sato,\r\n"
            "\r\n"
            "thank you.\r\n");
}

TEST(MailMessage, WritesNamesAndSubjectsSoThatTheyReadBackTheSame) {
  const std::string long_name(120, 'n');
  const std::string texts[] = {
      "Hanako",
      "Sato, Hanako",
      R"(Hanako "Hana" \ Sato)",
      "佐藤 花子",
      "Zoë",
      "=?UTF-8?B?aGVsbG8=?=",
      "a@b.example",
      "日本語のとても長い件名がここにあって一行にはどうしても収まらないので折り返される必要がありま"
      "す",
      "A name with 🧦 and 👟, and with words enough to need more than a single line of a mail",
      long_name,
  };
  for (const std::string& text : texts) {
    Mail mail = sample_mail();
    mail.from_name = mail.to_name = mail.subject = text;
    const std::string bytes = to_message(mail).value();
    expect_well_formed(bytes);
    const ReadMessage message = read_message(bytes);
    EXPECT_EQ(field_names(message), fields_in_order);
    EXPECT_EQ(read_words(message.field("Subject")), text);
    std::string name = read_words(message.field("To"));
    ASSERT_TRUE(name.ends_with(" <hanako@example.jp>")) << name;
    name.resize(name.size() - std::string_view(" <hanako@example.jp>").size());
    if (name.starts_with('"')) {
      std::string unquoted;
      for (std::size_t i = 1; i + 1 < name.size(); ++i) {
        if (name[i] == '\\') ++i;
        unquoted += name[i];
      }
      name = unquoted;
    }
    EXPECT_EQ(name, text);
  }
}

TEST(MailMessage, LeavesTheNameOutWhenThereIsNone) {
  Mail mail = sample_mail();
  mail.to_name = "";
  EXPECT_THAT(to_message(mail).value(), HasSubstr("\r\nTo: <hanako@example.jp>\r\n"));
}

TEST(MailMessage, WritesTextsSoThatTheyReadBackTheSame) {
  const std::string texts[] = {
      "",
      "\n",
      "one\n\n\nfour\n",
      "spaces at the end   \nand a tab\t\n",
      ".\n..\n.hidden\n",
      "From the beginning\n>From\nFrom \n",
      "1 + 1 = 2\n=\n=3D\n",
      "佐藤 花子 様、ご注文ありがとうございます。\n",
      std::string(75, 'x') + "\n" + std::string(76, 'x') + "\n" + std::string(77, 'x') + "\n",
      std::string(75, 'x') + ".\n" + std::string(75, 'x') + "..\n" + std::string(75, 'x') + " \n",
      std::string(75, 'x') + "From here\n" + std::string(74, 'x') + "=\n" + std::string(3000, 'y') +
          "\n",
  };
  for (const std::string& text : texts) {
    Mail mail = sample_mail();
    mail.text = text;
    const std::string bytes = to_message(mail).value();
    expect_well_formed(bytes);
    const ReadMessage message = read_message(bytes);
    EXPECT_EQ(read_quoted_printable(message.body), text);
    EXPECT_EQ(message.body.find("\r\n."), std::string::npos);
    EXPECT_EQ(("\r\n" + message.body).find("\r\nFrom "), std::string::npos);
  }
}

TEST(MailMessage, EndsEveryLineInCrlfWhateverTheTextHad) {
  Mail mail = sample_mail();
  mail.text = "one\r\ntwo\rthree\nfour";
  EXPECT_EQ(read_message(to_message(mail).value()).body, "one\r\ntwo\r\nthree\r\nfour\r\n");
}

// Every control character, alone and as the beginning of a field, at the beginning, in the middle
// and at the end of every field: either the mail is none, or it has the fields it has to have.
TEST(MailMessage, LetsNoControlCharacterInAnyFieldAddToTheHeader) {
  std::vector<std::string> controls = {"\r\n", "\n\r", "\r\n\r\n", "\xC2\x85", "\xE2\x80\xA8"};
  for (char c = 0; c < 0x20; ++c) controls.emplace_back(1, c);
  controls.emplace_back(1, '\x7F');
  std::string Mail::*const fields[] = {&Mail::message_id, &Mail::from_name,  &Mail::from_address,
                                       &Mail::to_name,    &Mail::to_address, &Mail::subject,
                                       &Mail::text};
  int accepted = 0;
  for (const auto field : fields) {
    for (const std::string& control : controls) {
      for (const std::string& tail : {std::string(), std::string("Bcc: victim@example.com\r\n")}) {
        const std::string whole = sample_mail().*field;
        for (const std::size_t at : {std::size_t{0}, whole.size() / 2, whole.size()}) {
          Mail mail = sample_mail();
          (mail.*field).insert(at, control + tail);
          const auto bytes = to_message(mail);
          const bool structural = field == &Mail::message_id || field == &Mail::from_address ||
                                  field == &Mail::to_address;
          ASSERT_EQ(bytes.has_value(), !structural);
          if (!bytes) continue;
          ++accepted;
          expect_well_formed(*bytes);
          EXPECT_EQ(field_names(read_message(*bytes)), fields_in_order);
        }
      }
    }
  }
  EXPECT_EQ(accepted, 4 * 38 * 2 * 3);
}

TEST(MailMessage, TellsWhichFieldIsWrongButNotWhatStoodInIt) {
  struct Row {
    std::string Mail::*field;
    const char* value;
    const char* sentence;
  };
  const Row rows[] = {
      {&Mail::message_id, "", "the Message-ID is not one"},
      {&Mail::message_id, "no-at-sign", "the Message-ID is not one"},
      {&Mail::message_id, "../../secret@shop.example", "the Message-ID is not one"},
      {&Mail::message_id, "a/b@shop.example", "the Message-ID is not one"},
      {&Mail::message_id, ".hidden@shop.example", "the Message-ID is not one"},
      {&Mail::message_id, "a@shop.example/..", "the Message-ID is not one"},
      {&Mail::from_address, "secret", "the sender's mail address is not one"},
      {&Mail::to_address, "", "the receiver's mail address is not one"},
      {&Mail::to_address, "secret@@example.jp", "the receiver's mail address is not one"},
      {&Mail::to_address, "a@example.jp> secret", "the receiver's mail address is not one"},
      {&Mail::to_address, "a,secret@example.jp", "the receiver's mail address is not one"},
  };
  for (const Row& row : rows) {
    Mail mail = sample_mail();
    mail.*row.field = row.value;
    const auto bytes = to_message(mail);
    ASSERT_FALSE(bytes) << row.value;
    EXPECT_EQ(bytes.error().message, row.sentence);
  }
}

TEST(MailMessage, WritesDatesAsRfc5322Asks) {
  using namespace std::chrono;
  struct Row {
    Timestamp at;
    const char* date;
  };
  const Row rows[] = {
      {Timestamp{}, "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n"},
      {sys_days(2024y / February / 29) + 23h + 59min + 59s + 999'999us,
       "Date: Thu, 29 Feb 2024 23:59:59 +0000\r\n"},
      {sys_days(2026y / December / 6) + 7h + 8min + 9s, "Date: Sun, 6 Dec 2026 07:08:09 +0000\r\n"},
  };
  for (const Row& row : rows) {
    Mail mail = sample_mail();
    mail.date = row.at;
    EXPECT_THAT(to_message(mail).value(), StartsWith(row.date));
  }
}

TEST(MailText, CleansALineOfWhatIsNotText) {
  struct Row {
    const char* text;
    const char* clean;
  };
  const Row rows[] = {
      {"", ""},
      {"  plain  ", "plain"},
      {"a\r\nb\tc", "a  b c"},
      {"花\xE2\x80\xAE子", "花 子"},                             // writing direction overridden
      {"a\xC2\x9Bz", "a z"},                                     // C1: control sequence introducer
      {"a\xFFz", "a\xEF\xBF\xBDz"},                              // no UTF-8 at all
      {"a\xE8\x8A", "a\xEF\xBF\xBD\xEF\xBF\xBD"},                // cut short
      {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},                  // longer than needed
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},  // surrogate
      {"\n\n", ""},
  };
  for (const Row& row : rows) EXPECT_EQ(clean_line(row.text), row.clean) << row.text;
}

TEST(MailText, WrapsAtSpacesAndBesideWideCharacters) {
  struct Row {
    const char* text;
    const char* wrapped;
  };
  const Row rows[] = {
      {"", ""},
      {"short", "short"},
      {"exactly 10", "exactly 10"},
      {"exactly 10 or more", "exactly 10\nor more"},
      {"one two three four", "one two\nthree four"},
      {"a\n\nb c d e f g h", "a\n\nb c d e f\ng h"},
      {"averylongwordalone here", "averylongwordalone\nhere"},
      {"  averylongwordalone", "  averylongwordalone"},
      {"to averylongwordalone", "to\naverylongwordalone"},
      {"花花花花花花花", "花花花花花\n花花"},
      {"abc花花花花花", "abc花花花\n花花"},
      {"ends in spaces      \nx", "ends in\nspaces\nx"},
  };
  for (const Row& row : rows) EXPECT_EQ(wrap(row.text, 10), row.wrapped) << row.text;
}

TEST(MailText, CountsColumnsAsAScreenShowsThem) {
  EXPECT_EQ(columns("abc"), 3u);
  EXPECT_EQ(columns("花子"), 4u);
  EXPECT_EQ(columns("é"), 1u);
  EXPECT_EQ(columns("e\xCC\x81"), 1u);
  EXPECT_EQ(columns("👟"), 2u);
}

}  // namespace
}  // namespace spillway::net
