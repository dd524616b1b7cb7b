#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "net/mail/eml_mail.hpp"
#include "net/mail/mail_message.hpp"
#include "net/stream/event_loop.hpp"
#include "tests/net/fixtures/mail_reading.hpp"

namespace spillway::net {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class EmlMailTest : public testing::Test {
 protected:
  EmlMailTest() : loop_("mail") {
    std::string name = (fs::temp_directory_path() / "outbox.XXXXXX").string();
    above_ = ::mkdtemp(name.data());
    folder_ = above_ / "data" / "mail";
  }
  ~EmlMailTest() override { fs::remove_all(above_); }

  std::unique_ptr<EmlMail> open_and_start() {
    auto port = std::move(EmlMail::open(loop_, folder_).value());
    port->start(recorder_);
    return port;
  }

  static unsigned mode(const fs::path& path) {
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 07777U : 0;
  }
  static std::string content(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  EventLoop loop_;
  DeliveryRecorder recorder_;
  fs::path above_;
  fs::path folder_;
};

TEST_F(EmlMailTest, WritesAMailAsAFileThatOnlyItsOwnerReads) {
  const auto port = open_and_start();
  port->deliver(1, sample_mail());
  EXPECT_EQ(recorder_.of(1), Delivery::delivered);
  const fs::path file = folder_ / "3F7K9Q2MXW41.thanks@shop.example.eml";
  EXPECT_EQ(content(file), to_message(sample_mail()).value());
  EXPECT_EQ(mode(file), 0600u);
  EXPECT_EQ(mode(folder_), 0700u);
  EXPECT_EQ(files(), 1u);
}

TEST_F(EmlMailTest, MakesNoSecondMailOfOneDeliveredTwice) {
  const auto port = open_and_start();
  Mail mail = sample_mail();
  port->deliver(1, mail);
  mail.text = "The same, once more.\n";
  port->deliver(2, mail);
  EXPECT_EQ(recorder_.of(1), Delivery::delivered);
  EXPECT_EQ(recorder_.of(2), Delivery::delivered);
  EXPECT_EQ(files(), 1u);
  EXPECT_THAT(content(folder_ / (mail.message_id + ".eml")), HasSubstr("once more"));
}

TEST_F(EmlMailTest, WritesAThousandWithoutHoldingItsCallers) {
  const auto port = open_and_start();
  constexpr std::size_t count = 1'000;
  for (std::size_t id = 1; id <= count; ++id) {
    Mail mail = sample_mail();
    mail.message_id = "M" + std::to_string(id) + ".thanks@shop.example";
    port->deliver(id, std::move(mail));
  }
  ASSERT_TRUE(recorder_.wait_for(count));
  for (std::size_t id = 1; id <= count; ++id) EXPECT_EQ(recorder_.of(id), Delivery::delivered);
  EXPECT_EQ(files(), count);
}

TEST_F(EmlMailTest, TriesLaterWhatCannotBeWritten) {
  const auto port = open_and_start();
  // A folder in the file's place: the rename fails, whoever runs the test.
  const fs::path in_the_way = folder_ / (sample_mail().message_id + ".eml");
  fs::create_directory(in_the_way);
  port->deliver(1, sample_mail());
  EXPECT_EQ(recorder_.of(1), Delivery::deferred) << "others can be written";
  EXPECT_EQ(files(), 1u) << "the temporary file stayed";
  fs::remove(in_the_way);
  port->deliver(2, sample_mail());
  EXPECT_EQ(recorder_.of(2), Delivery::delivered);
}

TEST_F(EmlMailTest, MakesAFolderAgainThatWasTakenAwayAndSaysSo) {
  const auto port = open_and_start();
  port->deliver(1, sample_mail());
  EXPECT_EQ(recorder_.report_of(1).reason, "");
  fs::remove_all(folder_);
  port->deliver(2, sample_mail());
  EXPECT_EQ(recorder_.report_of(2).delivery, Delivery::delivered);
  EXPECT_EQ(recorder_.report_of(2).reason, "the folder for mails was gone and was made again");
  EXPECT_EQ(mode(folder_), 0700u);
  EXPECT_EQ(files(), 1u);
  port->deliver(3, sample_mail());
  EXPECT_EQ(recorder_.report_of(3).reason, "") << "once";
}

TEST_F(EmlMailTest, AllMailWaitsWhileItsFolderCannotBeMade) {
  const auto port = open_and_start();
  fs::remove_all(above_ / "data");
  std::ofstream(above_ / "data") << "a file in its way";
  port->deliver(1, sample_mail());
  const DeliveryReport report = recorder_.report_of(1);
  EXPECT_EQ(report.delivery, Delivery::server);
  EXPECT_THAT(report.reason, HasSubstr("the folder for mails: "));
  fs::remove(above_ / "data");
  fs::create_directory(above_ / "data");
  port->deliver(2, sample_mail());
  EXPECT_EQ(recorder_.of(2), Delivery::delivered);
}

TEST_F(EmlMailTest, RefusesWhatIsNoMailAndWritesNothingOutsideItsFolder) {
  const auto port = open_and_start();
  Mail mail = sample_mail();
  mail.message_id = "../../escaped@shop.example";
  port->deliver(1, mail);
  mail = sample_mail();
  mail.to_address = "hanako@example.jp\r\nBcc: victim@example.com";
  port->deliver(2, mail);
  EXPECT_EQ(recorder_.of(1), Delivery::refused);
  EXPECT_EQ(recorder_.of(2), Delivery::refused);
  EXPECT_EQ(files(), 0u);
  EXPECT_FALSE(fs::exists(above_ / "escaped@shop.example.eml"));
}

TEST_F(EmlMailTest, CallsNobodyAfterItHasStopped) {
  const auto port = open_and_start();
  for (std::uint64_t id = 1; id <= 200; ++id) {
    Mail mail = sample_mail();
    mail.message_id = "M" + std::to_string(id) + ".thanks@shop.example";
    port->deliver(id, std::move(mail));
  }
  port->stop();
  const std::size_t told = recorder_.count();
  port->deliver(201, sample_mail());
  loop_.run_and_wait([] {});
  EXPECT_EQ(recorder_.count(), told);
}

TEST_F(EmlMailTest, DoesNotOpenAFolderThatOthersMayLookInto) {
  fs::create_directories(folder_);
  ASSERT_EQ(::chmod(folder_.c_str(), 0750), 0);
  const auto opened = EmlMail::open(loop_, folder_);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("chmod 0700"));
  ASSERT_EQ(::chmod(folder_.c_str(), 0700), 0);
  EXPECT_TRUE(EmlMail::open(loop_, folder_));
}

TEST_F(EmlMailTest, SaysAtOnceThatAFolderCannotBeOne) {
  std::ofstream(above_ / "data") << "a file";
  EXPECT_FALSE(EmlMail::open(loop_, folder_));
  const auto opened = EmlMail::open(loop_, above_ / "data");
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("is not a folder"));
}

}  // namespace
}  // namespace spillway::net
