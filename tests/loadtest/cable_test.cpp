#include "loadtest/world/cable.hpp"

#include <future>

#include <gtest/gtest.h>

#include "loadtest/load/api_client.hpp"
#include "loadtest/world/processes.hpp"
#include "tests/loadtest/scripted_server.hpp"

namespace spillway::loadtest {
namespace {

using namespace std::chrono_literals;

struct Laid {
  explicit Laid(std::uint16_t to)
      : cable(std::move(*Cable::lay(loop, port, to))),
        url("http://127.0.0.1:" + std::to_string(port)) {}

  net::EventLoop loop{"cables"};
  const std::uint16_t port = free_port();
  std::unique_ptr<Cable> cable;
  const std::string url;
};

TEST(Cable, PassesBytesBothWays) {
  ScriptedServer server([](std::uint64_t, std::string_view) -> ScriptedAnswer {
    return {.text = http_text(200, std::string(300'000, 'x'))};
  });
  const Laid laid(server.port());
  ApiClient api(laid.url);
  for (int i = 0; i < 3; ++i) {
    const auto answer = api.get("/all", "", 20s);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body.size(), 300'000U);
  }
  EXPECT_EQ(server.requests(), 3U);
}

TEST(Cable, LetsNothingThroughWhileItIsCutAndAllThatWaitedAfterwards) {
  ScriptedServer server([](std::uint64_t, std::string_view) -> ScriptedAnswer {
    return {.text = http_text(200, "")};
  });
  const Laid laid(server.port());
  ApiClient standing(laid.url);
  ASSERT_TRUE(standing.get("/before", "", 20s));
  laid.cable->cut();
  // Neither a connection that stands nor a new one hears anything, and neither is refused.
  EXPECT_FALSE(standing.get("/lost", "", 100ms));
  EXPECT_FALSE(ApiClient(laid.url).get("/new", "", 100ms));
  EXPECT_EQ(server.requests(), 1U);
  auto waits = std::async(std::launch::async,
                          [&] { return ApiClient(laid.url).get("/patient", "", 30s).has_value(); });
  laid.cable->mend();
  EXPECT_TRUE(waits.get());
  ASSERT_TRUE(standing.get("/after", "", 20s));
}

TEST(Cable, EndsAConnectionWhoseOtherEndIsNotThere) {
  const Laid laid(free_port());
  EXPECT_FALSE(ApiClient(laid.url).get("/", "", 20s));
}

}  // namespace
}  // namespace spillway::loadtest
