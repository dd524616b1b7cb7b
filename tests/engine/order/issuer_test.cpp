#include "engine/order/issuer.hpp"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace spillway {
namespace {

TEST(Issuer, GoesByTheCompanyAndTheFirstSixDigits) {
  const Issuer issuer = Issuer::of(CardCompany::visa, "4242424242424242");
  EXPECT_EQ(issuer, Issuer::of(CardCompany::visa, "424242999999999"));
  EXPECT_NE(issuer, Issuer::of(CardCompany::visa, "4242430000000000"));
  EXPECT_NE(issuer, Issuer::of(CardCompany::jcb, "4242424242424242"));
  EXPECT_EQ(issuer.company(), static_cast<std::size_t>(CardCompany::visa));
  EXPECT_TRUE(issuer.known());
}

TEST(Issuer, IsUnknownUntilACardSaysIt) {
  EXPECT_FALSE(Issuer().known());
  EXPECT_EQ(Issuer().company(), 0U);
  EXPECT_EQ(Issuer().whole_company(), Issuer());
}

TEST(Issuer, IsNeverTheWholeCompanyAndSeldomAnother) {
  std::map<Issuer, int> seen;
  for (int range = 400'000; range < 401'000; ++range) {
    const Issuer issuer = Issuer::of(CardCompany::diners, std::to_string(range) + "0000000000");
    EXPECT_NE(issuer, issuer.whole_company());
    EXPECT_EQ(issuer.whole_company().company(), issuer.company());
    ++seen[issuer];
  }
  EXPECT_GT(seen.size(), 900U);
}

}  // namespace
}  // namespace spillway
