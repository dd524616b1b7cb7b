#include "storage/registry/pace_rows.hpp"

#include <gtest/gtest.h>

namespace spillway::storage {
namespace {

constexpr Timestamp opening{std::chrono::seconds(1'800'000'000)};

PaceRow row_of(PacingText pacing) {
  return {{300}, std::move(pacing), opening};
}

const PacingText window{"window", 0.1, {}, {}, "23:00", "05:00", "Asia/Tokyo"};

TEST(PaceRows, BringBackWhatWasWritten) {
  for (const PacingText& pacing : {PacingText{"immediate", {}, {}, {}, {}, {}, {}},
                                   PacingText{"paced", 1e6, {}, {}, {}, {}, {}},
                                   PacingText{"batch", {}, 500, "10m", {}, {}, {}}, window}) {
    const PaceRow row = row_of(pacing);
    EXPECT_EQ(decode_pace(pace_row_key(row.relay), encode_pace(row)), row);
  }
}

TEST(PaceRows, StayReadable) {
  // As version 1 wrote it.
  const std::string row(
      "\x99\x01\xcf\x00\x06\x65\x17\x28\x98\x80\x00\xa5"
      "batch\xa2"
      "50\xcd\x01\xf4\xa3"
      "10m\xa0\xa0\xa0",
      30);
  const auto read = decode_pace(std::string("\x01\x2c", 2), row);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, row_of({"batch", 50, 500, "10m", {}, {}, {}}));
  EXPECT_EQ(encode_pace(*read), row);
}

TEST(PaceRows, RefuseEveryTruncation) {
  const std::string row = encode_pace(row_of(window));
  const std::string key = pace_row_key({1});
  for (std::size_t size = 0; size < row.size(); ++size)
    EXPECT_FALSE(decode_pace(key, row.substr(0, size))) << size;
  EXPECT_FALSE(decode_pace(key, row + "x"));
  EXPECT_FALSE(decode_pace("a", row));
}

}  // namespace
}  // namespace spillway::storage
