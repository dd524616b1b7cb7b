#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/telling/limits.hpp"
#include "net/mail/mail_message.hpp"
#include "net/mail/mail_text.hpp"
#include "net/mail/notice_mail.hpp"
#include "tests/net/fixtures/mail_reading.hpp"

namespace spillway::net {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Notice notices[] = {Notice::thanks, Notice::refusal, Notice::reorder,
                              Notice::cancellation};

Received sample_order() {
  const Currency yen = *Currency::from_code("JPY");
  Received order;
  order.reference = "A-10023";
  order.buyer = {"Hanako Sato", "hanako@example.jp"};
  order.items = {{"SHOE-42", "Leather shoes", 1, 3150}, {"SOCK-7", "Warm socks", 4, 1050}};
  order.amount = {7350, yen};
  order.card = {CardCompany::visa, {'4', '2', '4', '2'}};
  return order;
}

Mail notice_of(Notice notice, const Received& order,
               const NoticeTemplates& templates = built_in_templates()) {
  return make_notice(notice, order, sample_mail().date, "3F7K-9Q2M-XW41",
                     {"The Shoe Shop", "orders@shop.example"}, templates);
}

// A folder of its own that goes with the test.
struct Folder {
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "templates.XXXXXX").string();
    path = ::mkdtemp(name.data());
    for (const char* file : {"thanks.txt", "refusal.txt", "reorder.txt", "cancellation.txt"}) {
      write(file, std::string("Subject: ") + file + "\n\nOrder {{order}}.\n");
    }
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void write(const std::string& file, const std::string& text) const {
    std::ofstream(path / file, std::ios::binary) << text;
  }
  std::filesystem::path path;
};

TEST(NoticeMail, ThanksTheBuyerInFull) {
  const Mail mail = notice_of(Notice::thanks, sample_order());
  EXPECT_EQ(mail.message_id, "3F7K9Q2MXW41.thanks@shop.example");
  EXPECT_EQ(mail.from_name, "The Shoe Shop");
  EXPECT_EQ(mail.from_address, "orders@shop.example");
  EXPECT_EQ(mail.to_name, "Hanako Sato");
  EXPECT_EQ(mail.to_address, "hanako@example.jp");
  EXPECT_EQ(mail.date, sample_mail().date);
  EXPECT_EQ(mail.subject, "Thank you for your order 3F7K-9Q2M-XW41 at The Shoe Shop");
  EXPECT_EQ(mail.text,
            "Dear Hanako Sato,\n"
            "\n"
            "Thank you for shopping at The Shoe Shop. Your card company has confirmed the\n"
            "payment of JPY 7,350, and so your order is confirmed too: the contract of\n"
            "sale is concluded.\n"
            "\n"
            "Order:      3F7K-9Q2M-XW41\n"
            "Reference:  A-10023\n"
            "Card:       VISA ending in 4242\n"
            "\n"
            "  Leather shoes (SHOE-42)\n"
            "    1 x JPY 3,150                                                JPY 3,150\n"
            "  Warm socks (SOCK-7)\n"
            "    4 x JPY 1,050                                                JPY 4,200\n"
            "  ------------------------------------------------------------------------\n"
            "  Total                                                          JPY 7,350\n"
            "\n"
            "If you have a question about your order, please write to orders@shop.example\n"
            "and give the order number above.\n"
            "\n"
            "With kind regards,\n"
            "The Shoe Shop\n");
}

TEST(NoticeMail, TellsEachOutcomeInItsOwnWords) {
  struct Row {
    Notice notice;
    const char* message_id;
    const char* subject;
    const char* sentence;
  };
  const Row rows[] = {
      {Notice::thanks, "3F7K9Q2MXW41.thanks@shop.example", "Thank you for your order",
       "contract of sale is concluded"},
      {Notice::refusal, "3F7K9Q2MXW41.refusal@shop.example", "could not be confirmed",
       "No contract of sale has been concluded"},
      {Notice::reorder, "3F7K9Q2MXW41.reorder@shop.example", "please order again",
       "Once that is settled, we would be glad if you ordered again"},
      {Notice::cancellation, "3F7K9Q2MXW41.cancellation@shop.example", "has been cancelled",
       "has been cancelled. Nothing will be delivered"},
  };
  for (const Row& row : rows) {
    const Mail mail = notice_of(row.notice, sample_order());
    EXPECT_EQ(mail.message_id, row.message_id);
    EXPECT_THAT(mail.subject, HasSubstr(row.subject));
    std::string in_one_line = mail.text;
    std::replace(in_one_line.begin(), in_one_line.end(), '\n', ' ');
    EXPECT_THAT(in_one_line, HasSubstr(row.sentence));
    EXPECT_TRUE(to_message(mail));
  }
}

TEST(NoticeMail, IsTheSameForTheSameOrderWheneverItIsSent) {
  for (const Notice notice : notices) {
    EXPECT_EQ(to_message(notice_of(notice, sample_order())).value(),
              to_message(notice_of(notice, sample_order())).value());
  }
}

TEST(NoticeMail, KeepsToItsColumnsWhateverTheOrderHolds) {
  Received order = sample_order();
  order.buyer.name = "Hanako Wilhelmina Sato-Featherstonehaugh of the Long and Winding Road";
  order.items[0].name =
      "Leather shoes, hand-made, with a sole of natural rubber, laces in three colours, a bag to "
      "keep them in and a brush";
  order.items[1].name =
      "手編みの暖かい靴下、天然羊毛百パーセント、五足組、贈り物用の箱入り、送料無料でお届け";
  order.items.push_back({"GOLD", "Gold", 1'000'000, 999'999});
  order.amount = {999'999'007'350, order.amount.currency};
  for (const Notice notice : notices) {
    std::istringstream lines(notice_of(notice, order).text);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(columns(line), limits::mail_columns) << line;
    }
  }
}

TEST(NoticeMail, TakesWhatTheBuyerWroteAsPlainText) {
  Received order = sample_order();
  order.buyer.name = "{{total}}\r\nBcc: victim@example.com";
  order.reference = "A\n\nPay here: {{items}}";
  order.items[0].name = "shoes\n.\nQUIT";
  const Mail mail = notice_of(Notice::thanks, order);
  EXPECT_THAT(mail.text, HasSubstr("Dear {{total}}  Bcc: victim@example.com,\n"));
  EXPECT_THAT(mail.text, HasSubstr("Reference:  A  Pay here: {{items}}\n"));
  EXPECT_THAT(mail.text, HasSubstr("  shoes . QUIT (SHOE-42)\n"));
  EXPECT_EQ(mail.to_name, "{{total}}  Bcc: victim@example.com");
}

TEST(NoticeMail, FindsAWordForABuyerWithoutAName) {
  Received order = sample_order();
  order.buyer.name = "";
  const Mail mail = notice_of(Notice::refusal, order);
  EXPECT_THAT(mail.text, testing::StartsWith("Dear customer,\n"));
  EXPECT_EQ(mail.to_name, "");
}

TEST(NoticeMail, WritesAmountsInTheCurrencysOwnDecimals) {
  Received order = sample_order();
  order.amount.currency = *Currency::from_code("USD");
  const std::string table = items_table(order);
  EXPECT_THAT(table, HasSubstr("4 x USD 10.50"));
  EXPECT_THAT(table, testing::EndsWith("USD 73.50"));
}

TEST(NoticeTemplates, ComeFromAFolderInPlaceOfThoseBuiltIn) {
  const Folder folder;
  folder.write("thanks.txt", "Subject: ありがとう {{buyer}}\r\n\r\n{{buyer}} 様\r\n{{total}}\r\n");
  const auto templates = load_templates(folder.path);
  ASSERT_TRUE(templates) << templates.error().message;
  const Mail mail = notice_of(Notice::thanks, sample_order(), *templates);
  EXPECT_EQ(mail.subject, "ありがとう Hanako Sato");
  EXPECT_EQ(mail.text, "Hanako Sato 様\nJPY 7,350\n");
  EXPECT_EQ(notice_of(Notice::reorder, sample_order(), *templates).text, "Order 3F7K-9Q2M-XW41.\n");
}

TEST(NoticeTemplates, BuiltInAreThoseOfTheRepository) {
  const auto templates = load_templates(SPILLWAY_SOURCE_DIR "/net/mail/templates");
  ASSERT_TRUE(templates) << templates.error().message;
  for (const Notice notice : notices) {
    EXPECT_EQ(notice_of(notice, sample_order()).text,
              notice_of(notice, sample_order(), *templates).text);
  }
}

TEST(NoticeTemplates, NameTheFileAndWhatIsWrongWithIt) {
  struct Row {
    std::string text;
    const char* sentence;
  };
  const Row rows[] = {
      {"", "reorder.txt:1: the first line must be \"Subject: …\""},
      {"Dear buyer,\n\nhello\n", "reorder.txt:1: the first line must be \"Subject: …\""},
      {"Subject:   \n\nhello\n", "reorder.txt:1: the first line must be \"Subject: …\""},
      {"Subject: x\nhello\n", "reorder.txt:2: a blank line must follow the subject"},
      {"Subject: x", "reorder.txt:2: a blank line must follow the subject"},
      {"Subject: x\n\n \n", "reorder.txt:3: there is no text"},
      {"Subject: {{who}}\n\nhello\n", "reorder.txt:1: there is no placeholder {{who}}"},
      {"Subject: {{items}}\n\nhello\n",
       "reorder.txt:1: a table does not fit in the subject: {{items}}"},
      {"Subject: x\n\nhello {{buyer}}\n\n{{ total }}\n",
       "reorder.txt:5: there is no placeholder {{ total }}"},
      {"Subject: x\n\nhello\n{{buyer\n}}\n", "reorder.txt:4: a \"{{\" has no \"}}\" after it"},
      {"Subject: x\n\nhello {{buyer}\n", "reorder.txt:3: a \"{{\" has no \"}}\" after it"},
      {"Subject: \x82\xA0\n\nhello\n", "reorder.txt: is not UTF-8"},
      {"Subject: x\n\n" + std::string(limits::mail_template_max, 'x'),
       "reorder.txt: the file is larger than 65536 bytes"},
  };
  const Folder folder;
  ASSERT_TRUE(MailTemplate::parse("\xEF\xBB\xBFSubject: x\r\n\r\nhello\r\n", "with a mark"));
  for (const Row& row : rows) {
    folder.write("reorder.txt", row.text);
    const auto templates = load_templates(folder.path);
    ASSERT_FALSE(templates) << row.sentence;
    EXPECT_EQ(templates.error().message, folder.path.string() + "/" + row.sentence);
  }
  std::filesystem::remove(folder.path / "reorder.txt");
  const auto templates = load_templates(folder.path);
  ASSERT_FALSE(templates);
  EXPECT_THAT(templates.error().message, HasSubstr("reorder.txt: the file cannot be read"));
}

}  // namespace
}  // namespace spillway::net
