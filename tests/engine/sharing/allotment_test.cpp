#include "engine/sharing/allotment.hpp"

#include <gtest/gtest.h>

namespace spillway {
namespace {

std::map<std::uint8_t, std::size_t> by_system(const std::vector<Allotment::Part>& parts) {
  std::map<std::uint8_t, std::size_t> counts;
  for (const Allotment::Part& part : parts) counts[part.system.value] += part.count;
  return counts;
}

using Counts = std::map<std::uint8_t, std::size_t>;

TEST(Allotment, GivesEachWhatItWantsWhereThereIsEnough) {
  Allotment allotment;
  allotment.want(SystemId{1}, 1, 10);
  allotment.want(SystemId{2}, 1, 3);
  EXPECT_EQ(by_system(allotment.split(1, 20)), (Counts{{1, 10}, {2, 3}}));
  EXPECT_EQ(allotment.wanted(1), 0U);
  EXPECT_TRUE(allotment.split(1, 5).empty());
}

TEST(Allotment, GivesAllTheSameWhereThereIsNot) {
  Allotment allotment;
  allotment.want(SystemId{1}, 1, 1'000);
  allotment.want(SystemId{2}, 1, 1'000);
  allotment.want(SystemId{3}, 1, 4);
  EXPECT_EQ(by_system(allotment.split(1, 24)), (Counts{{1, 10}, {2, 10}, {3, 4}}));
}

TEST(Allotment, GoesRoundWithSinglePermits) {
  Allotment allotment;
  Counts sum;
  for (const SystemId system : {SystemId{1}, SystemId{2}, SystemId{3}})
    allotment.want(system, 1, 100);
  for (int i = 0; i < 30; ++i)
    for (const auto& [system, count] : by_system(allotment.split(1, 1))) sum[system] += count;
  EXPECT_EQ(sum, (Counts{{1, 10}, {2, 10}, {3, 10}}));
}

TEST(Allotment, KeepsTheUsesApart) {
  Allotment allotment;
  allotment.want(SystemId{1}, 0, 2);
  allotment.want(SystemId{1}, 1, 5);
  EXPECT_EQ(by_system(allotment.split(0, 9)), (Counts{{1, 2}}));
  EXPECT_EQ(allotment.wanted(1), 5U);
}

TEST(Allotment, ForgetsWhoHasLeft) {
  Allotment allotment;
  allotment.want(SystemId{1}, 1, 5);
  allotment.want(SystemId{2}, 1, 5);
  allotment.leave(SystemId{1});
  EXPECT_EQ(by_system(allotment.split(1, 9)), (Counts{{2, 5}}));
}

}  // namespace
}  // namespace spillway
