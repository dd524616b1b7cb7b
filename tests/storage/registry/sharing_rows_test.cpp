#include "storage/registry/sharing_rows.hpp"

#include <gtest/gtest.h>

namespace spillway::storage {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp opening{std::chrono::seconds(1'800'000'000)};

const Sharing spill{
    .mode = SharingMode::spill, .waiting_max = 300, .wait_max = 50ms, .only_excess = false};

TEST(SharingRows, BringBackWhatWasWritten) {
  for (const Sharing& sharing :
       {Sharing{.mode = SharingMode::local}, Sharing{.mode = SharingMode::remote},
        Sharing{.mode = SharingMode::shared, .wait_max = 24h}, spill}) {
    const SharingRow row{{300}, sharing, opening};
    EXPECT_EQ(decode_sharing(sharing_row_key(row.relay), encode_sharing(row)), row);
  }
}

TEST(SharingRows, StayReadable) {
  // As version 1 wrote it.
  const std::string row(
      "\x96\x01\xcf\x00\x06\x65\x17\x28\x98\x80\x00\xa5"
      "spill\xcd\xc3\x50\xcd\x01\x2c\x01",
      24);
  const auto read = decode_sharing(std::string("\x01\x2c", 2), row);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (SharingRow{{300}, spill, opening}));
  EXPECT_EQ(encode_sharing(*read), row);
}

TEST(SharingRows, RefuseEveryTruncation) {
  const std::string row = encode_sharing({{1}, spill, opening});
  const std::string key = sharing_row_key({1});
  for (std::size_t size = 0; size < row.size(); ++size)
    EXPECT_FALSE(decode_sharing(key, row.substr(0, size))) << size;
  EXPECT_FALSE(decode_sharing(key, row + "x"));
  EXPECT_FALSE(decode_sharing("a", row));
}

}  // namespace
}  // namespace spillway::storage
