#include "net/api/common/client_address.hpp"

#include <gtest/gtest.h>

namespace spillway::net {
namespace {

TEST(ClientAddress, IsThePeersOrWhatABelievedPeerSays) {
  struct Case {
    const char* peer;
    bool believed;
    const char* forwarded_for;  // nullptr: no such field
    const char* counts;
  };
  for (const Case& each : {
           Case{"203.0.113.7", false, nullptr, "203.0.113.7"},
           Case{"203.0.113.7", false, "198.51.100.1", "203.0.113.7"},
           Case{"203.0.113.7", true, "198.51.100.1", "198.51.100.1"},
           Case{"203.0.113.7", true, nullptr, "203.0.113.7"},
           Case{"127.0.0.1", false, "198.51.100.1", "198.51.100.1"},
           Case{"::1", false, "198.51.100.1", "198.51.100.1"},
           Case{"::ffff:127.0.0.1", false, "198.51.100.1", "198.51.100.1"},
           Case{"127.0.0.1", false, "6.6.6.6, 198.51.100.1", "198.51.100.1"},
           Case{"127.0.0.1", false, "198.51.100.1, 6.6.6.6 \t", "6.6.6.6"},
           Case{"127.0.0.1", false, "somebody", "127.0.0.1"},
           Case{"127.0.0.1", false, "", "127.0.0.1"},
           Case{"127.0.0.1", false, " , ", "127.0.0.1"},
           Case{"2001:db8:1:2:3:4:5:6", false, nullptr, "2001:db8:1:2::/64"},
           Case{"2001:db8:1:2:ffff::1", false, nullptr, "2001:db8:1:2::/64"},
           Case{"::ffff:203.0.113.7", false, nullptr, "203.0.113.7"},
           Case{"127.0.0.1", false, "2001:db8:1:2::9", "2001:db8:1:2::/64"},
           Case{"127.0.0.1", false, "198.51.100.1:54321", "198.51.100.1"},
           Case{"127.0.0.1", false, "6.6.6.6:1, 198.51.100.1:65535", "198.51.100.1"},
           Case{"127.0.0.1", false, "198.51.100.1:", "127.0.0.1"},
           Case{"127.0.0.1", false, "198.51.100.1:http", "127.0.0.1"},
           Case{"127.0.0.1", false, "198.51.100.1,", "198.51.100.1"},
           Case{"127.0.0.1", false, "[2001:db8:1:2::9]", "2001:db8:1:2::/64"},
           Case{"127.0.0.1", false, "[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"},
           Case{"127.0.0.1", false, "\"[2001:db8:1:2::9]:443\"", "2001:db8:1:2::/64"},
           Case{"127.0.0.1", false, "[::ffff:198.51.100.1]:443", "198.51.100.1"},
           Case{"127.0.0.1", false, "fe80::1%eth0", "fe80::/64"},
           Case{"127.0.0.1", false, "[2001:db8:1:2::9", "127.0.0.1"},
           Case{"127.0.0.1", false, "[2001:db8:1:2::9]443", "127.0.0.1"},
           Case{"127.0.0.1", false, "[198.51.100.1]:x", "127.0.0.1"},
           Case{"", false, "198.51.100.1", ""},
       }) {
    const auto forwarded =
        each.forwarded_for ? std::optional<std::string_view>(each.forwarded_for) : std::nullopt;
    EXPECT_EQ(client_address(each.peer, each.believed, forwarded), each.counts)
        << each.peer << " " << each.believed << " " << forwarded.value_or("-");
  }
}

}  // namespace
}  // namespace spillway::net
