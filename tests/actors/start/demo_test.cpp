#include "actors/start/demo.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "net/api/common/api_keys.hpp"

namespace spillway::actors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DemoConfiguration : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove_all(data_); }
  void TearDown() override { std::filesystem::remove_all(data_); }

  Result<Demo> make() { return make_demo(data_, {"127.0.0.1", 8080}, 40'000); }

  std::filesystem::path data_ =
      testing::TempDir() + "/demo-" + testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(DemoConfiguration, HasTwoShopsAndARelayCentreForEveryCompany) {
  const auto demo = make();
  ASSERT_TRUE(demo) << demo.error().message;
  const Configuration& configuration = demo->configuration;
  ASSERT_EQ(configuration.shops.size(), 2U);
  for (const auto company : {CardCompany::visa, CardCompany::mastercard, CardCompany::jcb,
                             CardCompany::amex, CardCompany::diners}) {
    EXPECT_EQ(relay_for(configuration, company), RelayId{1});
  }
  EXPECT_EQ(configuration.relays.at(0).address, (Address{"127.0.0.1", 40'000}));
  EXPECT_EQ(outbox_folder(configuration), data_ / "outbox");
}

TEST_F(DemoConfiguration, ItsKeysAreRealKeysAndAllDifferent) {
  const auto demo = make();
  ASSERT_TRUE(demo) << demo.error().message;
  const DemoKeys& keys = demo->keys;
  for (const auto& key : {keys.shops[0], keys.shops[1], keys.operator_key}) {
    EXPECT_TRUE(net::is_api_key(key)) << key;
  }
  EXPECT_NE(keys.shops[0], keys.shops[1]);
  EXPECT_NE(keys.shops[0].substr(8), keys.operator_key.substr(8));
  EXPECT_THAT(demo->configuration.shops[1].key_hashes,
              ElementsAre(net::hash_api_key(keys.shops[1])));
}

TEST_F(DemoConfiguration, ItsKeysStayTheSameAndAreItsOwnersAlone) {
  const auto first = make();
  ASSERT_TRUE(first) << first.error().message;
  const auto second = make();
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(first->keys.shops[0], second->keys.shops[0]);
  EXPECT_EQ(first->keys.shops[1], second->keys.shops[1]);
  EXPECT_EQ(first->keys.operator_key, second->keys.operator_key);
  struct stat status {};
  ASSERT_EQ(stat((data_ / "demo-keys.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  ASSERT_EQ(stat(data_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700U);
}

TEST_F(DemoConfiguration, KeysThatOthersMayReadAreRefused) {
  ASSERT_TRUE(make());
  std::filesystem::permissions(data_ / "demo-keys.json", std::filesystem::perms(0644));
  const auto demo = make();
  ASSERT_FALSE(demo);
  EXPECT_THAT(demo.error().message, HasSubstr("demo-keys.json"));
}

TEST_F(DemoConfiguration, AKeysFileThatIsNotOneIsNotReplaced) {
  ASSERT_TRUE(make());
  std::ofstream(data_ / "demo-keys.json") << "{\"shop_1\": 5}";
  const auto demo = make();
  ASSERT_FALSE(demo);
  EXPECT_THAT(demo.error().message, HasSubstr("does not hold the demo's three keys"));
}

}  // namespace
}  // namespace spillway::actors
