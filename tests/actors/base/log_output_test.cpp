// What becomes of the log's lines when nobody reads them.
#include "actors/base/log_output.hpp"

#include <array>
#include <csignal>
#include <fstream>
#include <future>
#include <iterator>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace spillway::actors {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::size_t waiting_max = 1'000;
constexpr auto long_enough = 60s;

class LogPipe : public testing::Test {
 protected:
  LogPipe() {
    EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0);
    ::fcntl(ends_[1], F_SETPIPE_SZ, 4'096);
    fill();
  }
  ~LogPipe() override {
    close_reader();
    ::close(ends_[1]);
  }
  void close_reader() {
    if (ends_[0] >= 0) ::close(ends_[0]);
    ends_[0] = -1;
  }

  void fill() const {
    const int flags = ::fcntl(ends_[1], F_GETFL);
    ::fcntl(ends_[1], F_SETFL, flags | O_NONBLOCK);
    const std::string page(4'096, '.');
    while (::write(ends_[1], page.data(), page.size()) > 0 || ::write(ends_[1], ".", 1) > 0) {
    }
    ::fcntl(ends_[1], F_SETFL, flags);
  }
  std::string read_until(const std::string& end) const {
    std::string text;
    std::array<char, 512> piece{};
    while (text.find(end) == text.npos) {
      const ssize_t got = ::read(ends_[0], piece.data(), piece.size());
      if (got <= 0) break;
      text.append(piece.data(), static_cast<std::size_t>(got));
    }
    return text.substr(std::min(text.find_first_not_of('.'), text.size()));
  }

  std::array<int, 2> ends_{-1, -1};
};

TEST_F(LogPipe, ThatNobodyReadsHoldsUpNobodyAndLosesWhatIsTooMuch) {
  LogOutput output(ends_[1], waiting_max);
  // Comes to its end although nothing is read.
  for (int i = 0; i < 100; ++i)
    output.write("line " + std::to_string(i) + std::string(90, ' ') + "\n");
  EXPECT_GE(output.dropped(), 85U);
  EXPECT_FALSE(output.flush(1ms));
  const std::uint64_t dropped = output.dropped();
  auto reading = std::async(std::launch::async, [this] { return read_until("later\n"); });
  EXPECT_TRUE(output.flush(long_enough));
  output.write("later\n");
  const std::string text = reading.get();
  EXPECT_THAT(text, StartsWith("line 0 "));
  EXPECT_THAT(text, EndsWith("later\n"));
  // All are written or told as dropped, at once or in parts, as the writer came between.
  const std::string_view told = "event=log_lines_dropped lines=";
  std::uint64_t told_dropped = 0;
  for (std::size_t at = text.find(told); at != text.npos; at = text.find(told, at + 1))
    told_dropped += std::stoull(text.substr(at + told.size()));
  EXPECT_EQ(told_dropped, dropped);
  std::uint64_t written = 0;
  for (std::size_t at = text.find("line "); at != text.npos; at = text.find("line ", at + 1))
    ++written;
  EXPECT_EQ(written + dropped, 100U);
  EXPECT_EQ(output.dropped(), dropped);
}

TEST_F(LogPipe, ThatIsReadAgainGetsALineLongerThanItsRoom) {
  LogOutput output(ends_[1], 100'000);
  output.write(std::string(20'000, 'x') + "\n");
  EXPECT_THAT(read_until("\n"), HasSubstr(std::string(20'000, 'x')));
  EXPECT_TRUE(output.flush(long_enough));
  EXPECT_EQ(output.dropped(), 0U);
}

TEST_F(LogPipe, ThatNobodyReadsDoesNotKeepTheProcess) {
  auto output = std::make_unique<LogOutput>(ends_[1], waiting_max);
  output->write("never read\n");
  auto ended = std::async(std::launch::async, [&] { output.reset(); });
  EXPECT_EQ(ended.wait_for(long_enough), std::future_status::ready);
}

TEST_F(LogPipe, WhoseReaderIsGoneLosesLinesAndNothingElse) {
  std::signal(SIGPIPE, SIG_IGN);
  LogOutput output(ends_[1], waiting_max);
  close_reader();
  output.write("to nobody\n");
  EXPECT_TRUE(output.flush(long_enough));
  EXPECT_EQ(output.dropped(), 1U);
}

TEST(LogFile, HasEachLineWhenTheCallReturns) {
  const std::string name = testing::TempDir() + "/log-output";
  const int file = ::open(name.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  ASSERT_GE(file, 0);
  LogOutput output(file, 0);  // nothing could wait
  output.write("one\n");
  output.write("two\n");
  std::ifstream stream(name);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), "one\ntwo\n");
  EXPECT_EQ(output.dropped(), 0U);
  ::close(file);
  output.write("three\n");
  EXPECT_EQ(output.dropped(), 1U);
}

}  // namespace
}  // namespace spillway::actors
