#include "net/api/operators/sharing_request.hpp"

#include <gtest/gtest.h>

#include "net/text/json_reader.hpp"

namespace spillway::net {
namespace {

Result<std::shared_ptr<ControlBody>, Refusal> read_sharing(const std::string& body) {
  static JsonReader json;
  return read_sharing_request(json, HttpMethod::put, body);
}

TEST(SharingRequest, TakesWhatIsThere) {
  const struct {
    const char* body;
    SharingText sharing;
  } cases[] = {
      {R"({"mode": "remote"})", {"remote", {}, {}, {}}},
      {R"({"mode": "spill", "wait": "50ms", "waiting": 100, "part": "all"})",
       {"spill", "50ms", 100, "all"}},
      {R"({"part": null, "mode": "spill"})", {"spill", {}, {}, {}}},
  };
  for (const auto& each : cases) {
    const auto request = read_sharing(each.body);
    ASSERT_TRUE(request) << each.body << request.error().detail;
    EXPECT_EQ(dynamic_cast<const SharingRequest&>(**request).sharing, each.sharing) << each.body;
  }
}

TEST(SharingRequest, NamesEveryFieldThatIsWrong) {
  const struct {
    const char* body;
    const char* pointer;
  } cases[] = {
      {R"({})", "/mode"},
      {R"({"wait": "50ms"})", "/mode"},
      {R"({"mode": 3})", "/mode"},
      {R"({"mode": "spill", "wait": 50})", "/wait"},
      {R"({"mode": "spill", "waiting": 0})", "/waiting"},
      {R"({"mode": "spill", "waiting": 1.5})", "/waiting"},
      {R"({"mode": "spill", "part": "a\nb"})", "/part"},
      {R"({"mode": "spill", "spill_wait": "50ms"})", "/spill_wait"},
  };
  for (const auto& each : cases) {
    const auto request = read_sharing(each.body);
    ASSERT_FALSE(request) << each.body;
    EXPECT_EQ(request.error().status, 422) << each.body;
    ASSERT_EQ(request.error().errors.size(), 1U) << each.body;
    EXPECT_EQ(request.error().errors[0].pointer, each.pointer);
  }
}

TEST(SharingRequest, MustBeAnObject) {
  for (const char* body : {"", "[]", "\"spill\"", "{", R"({"mode": "spill", "mode": "local"})"}) {
    const auto request = read_sharing(body);
    ASSERT_FALSE(request) << body;
    EXPECT_EQ(request.error().status, 400) << body;
  }
}

}  // namespace
}  // namespace spillway::net
