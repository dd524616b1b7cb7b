#include "storage/registry/pause_rows.hpp"

#include <gtest/gtest.h>

namespace spillway::storage {
namespace {

constexpr Timestamp opening{std::chrono::seconds(1'800'000'000)};

TEST(PauseRows, BringBackWhatWasWritten) {
  for (const char* reason : {"", "the bank asks", "靴"}) {
    const PauseRow row{{300}, opening, reason, "0123456789ab"};
    EXPECT_EQ(decode_pause(pause_row_key(row.relay), encode_pause(row)), row);
  }
}

TEST(PauseRows, StayReadable) {
  // As version 1 wrote it.
  const std::string row(
      "\x94\x01\xcf\x00\x06\x65\x17\x28\x98\x80\x00\xa3"
      "why\xa2"
      "ab",
      18);
  const auto read = decode_pause(std::string("\x01\x2c", 2), row);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (PauseRow{{300}, opening, "why", "ab"}));
  EXPECT_EQ(encode_pause(*read), row);
}

TEST(PauseRows, RefuseEveryTruncation) {
  const std::string row = encode_pause({{1}, opening, "why", "ab"});
  const std::string key = pause_row_key({1});
  for (std::size_t size = 0; size < row.size(); ++size)
    EXPECT_FALSE(decode_pause(key, row.substr(0, size))) << size;
  EXPECT_FALSE(decode_pause(key, row + "x"));
  EXPECT_FALSE(decode_pause("a", row));
}

}  // namespace
}  // namespace spillway::storage
