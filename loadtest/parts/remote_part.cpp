#include "loadtest/parts/remote_part.hpp"

#include <cstdlib>

#include <nlohmann/json.hpp>

#include "loadtest/base/frames.hpp"
#include "loadtest/parts/part_codec.hpp"

namespace spillway::loadtest {
namespace {

class Remote : public LoadPart {
 public:
  Remote(std::string address, FrameSocket socket)
      : address_(std::move(address)), socket_(std::move(socket)) {}

  Result<nlohmann::json> ask(const nlohmann::json& question) {
    if (auto sent = socket_.send(question); !sent) return named(sent.error());
    auto answer = socket_.receive();
    if (!answer) return named(answer.error());
    if (answer->contains("error")) return named(Error{answer->at("error").dump()});
    if (!answer->contains("ok")) return named(Error{"it gave no answer that is known"});
    return answer->at("ok");
  }

  Result<void> connect() override { return done(ask({{"do", "connect"}})); }
  Result<void> start(Nanoseconds in) override {
    return done(ask({{"do", "start"}, {"in_ns", in.count()}}));
  }
  Result<Progress> progress() override {
    auto answer = ask({{"do", "progress"}});
    if (!answer) return answer.error();
    auto progress = progress_from_json(*answer);
    if (!progress) return named(Error{"its progress cannot be read"});
    return *progress;
  }
  Result<PartResult> result(bool with_records) override {
    auto answer = ask({{"do", "result"}, {"records", with_records}});
    if (!answer) return answer.error();
    auto part = part_from_json(*answer);
    if (!part) return named(Error{"its measurements cannot be read"});
    return std::move(*part);
  }
  // An agent that is gone has stopped.
  void stop() override { (void)ask({{"do", "stop"}}).has_value(); }

 private:
  Error named(const Error& error) const {
    return Error{"agent " + address_ + ": " + error.message};
  }
  static Result<void> done(const Result<nlohmann::json>& answer) {
    if (!answer) return answer.error();
    return {};
  }

  const std::string address_;
  FrameSocket socket_;
};

}  // namespace

Result<std::unique_ptr<LoadPart>> open_remote_part(const std::string& address, const RunPlan& plan,
                                                   std::uint32_t share_index,
                                                   std::uint32_t share_count) {
  auto socket = FrameSocket::connect(address);
  if (!socket) return Error{"agent " + socket.error().message};
  auto remote = std::make_unique<Remote>(address, std::move(*socket));
  const char* const secret = std::getenv("SPILLWAY_LOAD_SECRET");
  nlohmann::json question = {{"do", "prepare"},
                             {"secret", secret == nullptr ? "" : secret},
                             {"scenario", plan.scenario.text},
                             {"file", plan.scenario.file},
                             {"target", plan.target.url},
                             {"shops", nlohmann::json::array()},
                             {"run", plan.run},
                             {"index", share_index},
                             {"count", share_count}};
  for (const Shop& shop : plan.shops) question["shops"].push_back({shop.name, shop.key});
  if (auto prepared = remote->ask(question); !prepared) return prepared.error();
  return std::unique_ptr<LoadPart>(std::move(remote));
}

}  // namespace spillway::loadtest
