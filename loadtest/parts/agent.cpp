#include "loadtest/parts/agent.hpp"

#include <cstdlib>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loadtest/base/frames.hpp"
#include "loadtest/parts/part_codec.hpp"

namespace spillway::loadtest {
namespace {

using Json = nlohmann::json;

constexpr int look_interval_ms = 200;

std::string secret_of_environment() {
  const char* const secret = std::getenv("SPILLWAY_LOAD_SECRET");
  return secret == nullptr ? "" : secret;
}

bool same_secret(const std::string& given, const std::string& ours) {
  return given.size() == ours.size() && sodium_memcmp(given.data(), ours.data(), ours.size()) == 0;
}

Json error_json(const std::string& sentence) {
  return {{"error", sentence}};
}

template <class T>
Json ok_or_error(const Result<T>& result) {
  return result ? Json{{"ok", true}} : error_json(result.error().message);
}

// One coordinator's run.
class Session {
 public:
  explicit Session(const AgentOptions& options) : options_(options) {}

  Json answer(const Json& question) try {
    const std::string wanted = question.at("do");
    if (wanted == "prepare") return prepare(question);
    if (part_ == nullptr) return error_json("nothing was prepared");
    if (wanted == "connect") return ok_or_error(part_->connect());
    if (wanted == "start") return ok_or_error(part_->start(Nanoseconds(question.at("in_ns"))));
    if (wanted == "progress") return {{"ok", progress_to_json(*part_->progress())}};
    if (wanted == "result") {
      return {{"ok", part_to_json(*part_->result(question.at("records").get<bool>()))}};
    }
    if (wanted == "stop") {
      part_->stop();
      return {{"ok", true}};
    }
    return error_json(wanted + " is nothing that an agent does");
  } catch (const Json::exception& wrong) {
    return error_json(std::string("the question cannot be read: ") + wrong.what());
  }

 private:
  Json prepare(const Json& question) {
    if (!same_secret(question.at("secret"), secret_of_environment())) {
      return error_json("the secret in SPILLWAY_LOAD_SECRET is another one there");
    }
    auto scenario = parse_scenario(question.at("scenario").get<std::string>(),
                                   question.at("file").get<std::string>());
    if (!scenario) return error_json(scenario.error().message);
    auto target = find_target(question.at("target"), options_.any_target);
    if (!target) return error_json(target.error().message);
    RunPlan plan{.scenario = std::move(*scenario),
                 .target = std::move(*target),
                 .shops = {},
                 .run = question.at("run")};
    for (const Json& shop : question.at("shops")) plan.shops.push_back({shop.at(0), shop.at(1)});
    const std::uint32_t index = question.at("index");
    const std::uint32_t count = question.at("count");
    if (plan.shops.empty() || count == 0 || index >= count) {
      return error_json("the plan has no shops or no such share");
    }
    fmt::print("run {}: share {} of {} of {}\n", plan.run, index + 1, count, plan.scenario.name);
    std::fflush(stdout);
    part_ = std::make_unique<LocalPart>(std::move(plan), index, count);
    return {{"ok", true}};
  }

  const AgentOptions& options_;
  std::unique_ptr<LocalPart> part_;
};

bool readable(int socket) {
  pollfd watched{socket, POLLIN, 0};
  return ::poll(&watched, 1, look_interval_ms) > 0;
}

void serve(int accepted, const AgentOptions& options, const std::atomic<bool>& stop) {
  FrameSocket frames(accepted);
  Session session(options);
  while (!stop) {
    if (!readable(accepted)) continue;
    const auto question = frames.receive();
    if (!question || !frames.send(session.answer(*question))) return;
  }
}

}  // namespace

Result<void> serve_as_agent(const AgentOptions& options, const std::atomic<bool>& stop) {
  const bool loopback =
      options.listen.starts_with("127.") || options.listen.starts_with("localhost:");
  if (!loopback && secret_of_environment().size() < 16) {
    return Error{
        "an agent that others can reach needs a secret of 16 characters or more in "
        "SPILLWAY_LOAD_SECRET"};
  }
  auto listening = listen_for_frames(options.listen);
  if (!listening) return listening.error();
  fmt::print("spillway-load: agent ready on {}\n", options.listen);
  std::fflush(stdout);
  while (!stop) {
    if (!readable(*listening)) continue;
    const int accepted = ::accept4(*listening, nullptr, nullptr, SOCK_CLOEXEC);
    if (accepted >= 0) serve(accepted, options, stop);
  }
  ::close(*listening);
  return {};
}

}  // namespace spillway::loadtest
