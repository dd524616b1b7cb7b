// What operators did: how it is told to the audit log, and how `spillway audit` shows it.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/base/audit_note.hpp"
#include "actors/commands/asking/exit_code.hpp"
#include "actors/commands/data/commands.hpp"
#include "storage/base/data_folder.hpp"
#include "storage/keys/keyring.hpp"
#include "storage/registry/lmdb_registry.hpp"
#include "tests/storage/fixtures/scratch_folder.hpp"

namespace spillway::actors {
namespace {

using net::HttpMethod;
using net::RouteId;
using testing::HasSubstr;

net::ControlRequest request(RouteId route, HttpMethod method, std::vector<std::string> names) {
  net::ControlRequest request;
  request.route = route;
  request.method = method;
  request.names = std::move(names);
  request.body = "a secret";
  request.key_id = "0123456789ab";
  return request;
}

TEST(AuditNote, TellsWhoDidWhat) {
  struct Case {
    RouteId route;
    HttpMethod method;
    std::vector<std::string> names;
    const char* method_text;
    const char* path;
  };
  const Case cases[] = {
      {RouteId::shops, HttpMethod::post, {}, "POST", "/v1/shops"},
      {RouteId::shop, HttpMethod::patch, {"7"}, "PATCH", "/v1/shops/7"},
      {RouteId::shop_keys, HttpMethod::post, {"7"}, "POST", "/v1/shops/7/keys"},
      {RouteId::relay_pace, HttpMethod::put, {"east"}, "PUT", "/v1/relays/east/pace"},
      {RouteId::node_drain, HttpMethod::post, {"tokyo"}, "POST", "/v1/nodes/tokyo/drain"},
      {RouteId::shop_key, HttpMethod::delete_, {"7", "ab"}, "DELETE", "/v1/shops/7/keys/ab"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(audit_note(request(each.route, each.method, each.names), 204, "", {}),
              (storage::AuditNote{{}, "0123456789ab", each.method_text, each.path, "", 204}));
  }
}

TEST(AuditCommand, PrintsAndChecksTheLogOfADataFolder) {
  const storage::ScratchFolder folder;
  const auto data = folder.path();
  {
    const auto keys = storage::Keyring::open(data, std::nullopt);
    ASSERT_TRUE(keys) << keys.error().message;
    const auto registry = storage::LmdbRegistry::open(storage::registry_folder(data), *keys);
    ASSERT_TRUE(registry) << registry.error().message;
    storage::AuditChain chain(**registry);
    std::vector<storage::RegistryChange> changes{
        storage::audit_change({{}, "0123456789ab", "POST", "/v1/shops", "/v1/shops/3", 201}),
        storage::audit_change({{}, "0123456789ab", "PATCH", "/v1/shops/3", "", 200})};
    chain.link(changes);
    (*registry)->commit(changes);
  }
  std::ostringstream out;
  std::ostringstream error;
  EXPECT_EQ(run(AuditCommand{data}, out, error), exit_well) << error.str();
  EXPECT_THAT(out.str(), HasSubstr("0123456789ab  POST    /v1/shops  201  /v1/shops/3\n"));
  EXPECT_THAT(out.str(), HasSubstr("0123456789ab  PATCH   /v1/shops/3  200\n"));
  EXPECT_THAT(out.str(), HasSubstr("good: 2 entries, the last with hash "));

  EXPECT_EQ(run(AuditCommand{folder.path() / "nothing"}, out, error), exit_failed);
  EXPECT_THAT(error.str(), HasSubstr("there is no registry in"));
}

}  // namespace
}  // namespace spillway::actors
