// Before the load: what a run needs is started, found, and connected to.
#include <algorithm>
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "loadtest/parts/remote_part.hpp"
#include "loadtest/run/conductor.hpp"

namespace spillway::loadtest {
namespace {

// Ten symbols that no two runs share: microseconds since 1970 under base 32.
std::string run_name() {
  constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  auto number = static_cast<std::uint64_t>(now.time_since_epoch().count());
  std::string name(10, '0');
  for (std::size_t i = name.size(); i-- > 0; number >>= 5U) name[i] = alphabet[number & 31U];
  return name;
}

}  // namespace

Result<std::vector<Shop>> read_shop_keys(const std::string& file) {
  std::vector<Shop> shops;
  if (const char* const keys = std::getenv("SPILLWAY_LOAD_KEYS")) {
    std::string_view rest = keys;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      shops.push_back({fmt::format("shop {}", shops.size() + 1), std::string(rest.substr(0, end))});
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (!shops.empty()) return shops;
  }
  std::ifstream stream(file);
  const auto json = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
  if (!stream || !json.is_object()) {
    return Error{file + ": no shops' keys can be read there, and SPILLWAY_LOAD_KEYS is not set"};
  }
  for (const auto& [name, key] : json.items()) {
    if (name.starts_with("shop") && key.is_string()) shops.push_back({name, key});
  }
  if (shops.empty()) return Error{file + ": holds no key of a shop (shop_1, shop_2, …)"};
  return shops;
}

Result<void> Conductor::prepare() {
  if (auto found = find_shops(); !found) return found;
  if (auto checked = check_targets(); !checked) return checked;
  if (auto made = make_parts(); !made) return made;
  for (const Target& target : targets_) {
    watches_.push_back(std::make_unique<QueueWatch>(target.url));
  }
  return receivers_.open(targets_, plan_.shops);
}

Result<void> Conductor::find_shops() {
  std::vector<std::string> urls = {scenario_.target.url};
  if (scenario_.topology) {
    const TopologySettings& settings = *scenario_.topology;
    display_.say(fmt::format("starting {} first system(s), {} relay centre(s) and {} node(s) in {}",
                             settings.systems, settings.relays.size(), settings.nodes.size(),
                             options_.folder.string()));
    if (auto opened = receivers_.open_mails(); !opened) return opened;
    auto started =
        Topology::start(scenario_, options_.folder, options_.spillway, receivers_.mail_port());
    if (!started) return started.error();
    topology_ = std::move(*started);
    urls = topology_->urls();
    plan_.shops = topology_->shops();
  } else {
    auto shops = read_shop_keys(scenario_.target.keys_file);
    if (!shops) return shops.error();
    plan_.shops = std::move(*shops);
  }
  for (const std::string& url : urls) {
    auto target = find_target(url, options_.any_target);
    if (!target) return target.error();
    targets_.push_back(std::move(*target));
  }
  outcome_.target = targets_.front().url;
  return {};
}

// A wrong address or key is told in a sentence before anything is sent.
Result<void> Conductor::check_targets() {
  if (!scenario_.audit.wanted) return {};
  for (const Target& target : targets_) {
    ApiClient api(target.url);
    const auto answer =
        api.get("/v1/orders?limit=1", plan_.shops.front().key, std::chrono::seconds(5));
    if (!answer) return Error{"the target cannot be reached: " + answer.error().message};
    if (answer->status == 200) continue;
    return Error{fmt::format("{}/v1/orders answers {} to {}'s key, where 200 was expected",
                             target.url, answer->status, plan_.shops.front().name)};
  }
  return {};
}

// Every first system gets its share of all orders from a part of its own; so do agents.
Result<void> Conductor::make_parts() {
  const auto systems = static_cast<std::uint32_t>(targets_.size());
  const auto agents = static_cast<std::uint32_t>(options_.agents.size());
  if (agents > 0 && systems > 1) return Error{"agents send to one first system, not to several"};
  plan_.scenario = scenario_;
  plan_.scenario.target.connections =
      std::max<std::uint64_t>(1, scenario_.target.connections / systems);
  outcome_.run = plan_.run = run_name();
  for (std::uint32_t i = 0; i < systems && agents == 0; ++i) {
    plan_.target = targets_[i];
    parts_.push_back(std::make_unique<LocalPart>(plan_, i, systems));
  }
  plan_.target = targets_.front();
  for (std::uint32_t i = 0; i < agents; ++i) {
    auto part = open_remote_part(options_.agents[i], plan_, i, agents);
    if (!part) return part.error();
    parts_.push_back(std::move(*part));
  }
  for (const auto& part : parts_) {
    if (auto connected = part->connect(); !connected) return connected;
  }
  return {};
}

}  // namespace spillway::loadtest
