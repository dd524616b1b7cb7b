#include "net/server/http_handshakes.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "net/tls/limits.hpp"

namespace spillway::net {
namespace {

using namespace std::chrono_literals;

// What it hands back is never looked into.
struct Someone {
  HttpConnection& connection() { return *reinterpret_cast<HttpConnection*>(this); }
  HttpHandshakes::Part part;
};

std::vector<const Someone*> next_turn(HttpHandshakes& handshakes) {
  std::vector<const Someone*> resumed;
  handshakes.next_turn(
      [&](HttpConnection& each) { resumed.push_back(reinterpret_cast<const Someone*>(&each)); });
  return resumed;
}

TEST(HttpHandshakes, TakeNoMoreOfATurnThanTheyMay) {
  HttpHandshakes handshakes;
  std::array<Someone, 3> some;
  for (Someone& each : some) handshakes.begin(each.connection(), each.part);
  EXPECT_TRUE(handshakes.may_step(some[0].connection(), some[0].part));
  handshakes.spend(1ms);
  EXPECT_TRUE(handshakes.may_step(some[1].connection(), some[1].part));
  handshakes.spend(1ms);
  EXPECT_FALSE(handshakes.may_step(some[2].connection(), some[2].part));
  EXPECT_FALSE(handshakes.may_step(some[0].connection(), some[0].part));
  EXPECT_FALSE(handshakes.may_step(some[2].connection(), some[2].part)) << "asks once more";
  EXPECT_EQ(next_turn(handshakes), (std::vector<const Someone*>{&some[2], &some[0]}));
  EXPECT_TRUE(next_turn(handshakes).empty());
  EXPECT_TRUE(handshakes.may_step(some[2].connection(), some[2].part));
}

TEST(HttpHandshakes, ForgetWhoIsDoneOrGone) {
  HttpHandshakes handshakes;
  std::array<Someone, 2> some;
  for (Someone& each : some) handshakes.begin(each.connection(), each.part);
  handshakes.spend(1s);
  for (Someone& each : some) EXPECT_FALSE(handshakes.may_step(each.connection(), each.part));
  EXPECT_EQ(&handshakes.first(), &some[0].connection());
  handshakes.end(some[0].part);
  handshakes.end(some[0].part);
  EXPECT_EQ(&handshakes.first(), &some[1].connection());
  EXPECT_EQ(next_turn(handshakes), std::vector<const Someone*>{&some[1]});
  handshakes.spend(1s);
  EXPECT_TRUE(handshakes.may_step(some[0].connection(), some[0].part)) << "has none under way";
}

TEST(HttpHandshakes, LetManyThatWereOffComeBackBitByBit) {
  HttpHandshakes handshakes;
  std::vector<Someone> many(40);
  for (Someone& each : many) handshakes.begin(each.connection(), each.part);
  handshakes.spend(1s);
  for (Someone& each : many) handshakes.may_step(each.connection(), each.part);
  EXPECT_EQ(next_turn(handshakes).size(), limits::tls_handshakes_resumed);
  EXPECT_EQ(next_turn(handshakes).size(), limits::tls_handshakes_resumed);
  EXPECT_EQ(next_turn(handshakes).size(), 8U);
  EXPECT_FALSE(handshakes.too_many());
}

}  // namespace
}  // namespace spillway::net
