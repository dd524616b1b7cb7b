#include "engine/account/node_name.hpp"

#include <string>

#include <gtest/gtest.h>

namespace spillway {
namespace {

using namespace std::string_view_literals;

TEST(NodeName, IsShortAndPlain) {
  for (const auto good : {"a"sv, "0"sv, "-"sv, "tokyo-2"sv, "abcdefghijklmnopqrstuvwxyz012345"sv})
    EXPECT_TRUE(is_node_name(good)) << good;
  for (const auto bad : {""sv, "Tokyo"sv, "tokyo_2"sv, "tokyo.2"sv, "a b"sv, "a\n"sv, "a\0"sv,
                         "\xC3\xA4"sv, "../a"sv, "abcdefghijklmnopqrstuvwxyz0123456"sv})
    EXPECT_FALSE(is_node_name(bad)) << bad;
}

}  // namespace
}  // namespace spillway
