#include "loadtest/conductor.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "loadtest/limits.hpp"
#include "loadtest/remote_part.hpp"

namespace spillway::loadtest {
namespace {

constexpr auto tick = std::chrono::milliseconds(20);
constexpr auto look_interval = std::chrono::seconds(1);
constexpr auto events_open_time_max = std::chrono::seconds(5);
constexpr auto start_ahead = std::chrono::milliseconds(300);  // for all parts to hear of it

Timestamp civil_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

// Ten symbols that no two runs share: microseconds since 1970 under base 32.
std::string run_name() {
  constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  auto number = static_cast<std::uint64_t>(civil_now().time_since_epoch().count());
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

Conductor::Conductor(const Scenario& scenario, const RunOptions& options, Display& display,
                     const std::atomic<bool>& stop)
    : scenario_(scenario),
      options_(options),
      display_(display),
      stop_(stop),
      profile_(scenario.profile()),
      timeline_(scenario.timeline) {
  std::stable_sort(timeline_.begin(), timeline_.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  outcome_.scenario = scenario;
}

Result<void> Conductor::prepare() {
  if (auto found = find_shops(); !found) return found;
  if (auto checked = check_target(); !checked) return checked;
  plan_.scenario = scenario_;
  outcome_.run = plan_.run = run_name();
  if (options_.agents.empty()) {
    parts_.push_back(std::make_unique<LocalPart>(plan_, 0, 1));
  }
  const auto count = static_cast<std::uint32_t>(options_.agents.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    auto part = open_remote_part(options_.agents[i], plan_, i, count);
    if (!part) return part.error();
    parts_.push_back(std::move(*part));
  }
  for (const auto& part : parts_) {
    if (auto connected = part->connect(); !connected) return connected;
  }
  queues_ = std::make_unique<QueueWatch>(plan_.target.url);
  if (!scenario_.audit.wanted || !scenario_.audit.events) return {};
  events_ = std::make_unique<EventWatch>(plan_.target, plan_.shops);
  if (events_->wait_until_open(events_open_time_max)) return {};
  return Error{plan_.target.url + " has no event stream for every shop (GET /v1/events)"};
}

Result<void> Conductor::find_shops() {
  std::string url = scenario_.target.url;
  if (scenario_.topology) {
    display_.say(fmt::format("starting a first system and {} relay centre(s) in {}",
                             scenario_.topology->relays.size(), options_.folder.string()));
    auto started = Topology::start(*scenario_.topology, options_.folder, options_.spillway);
    if (!started) return started.error();
    topology_ = std::move(*started);
    url = topology_->url();
    plan_.shops = topology_->shops();
  } else {
    auto shops = read_shop_keys(scenario_.target.keys_file);
    if (!shops) return shops.error();
    plan_.shops = std::move(*shops);
  }
  auto target = find_target(url, options_.any_target);
  if (!target) return target.error();
  plan_.target = std::move(*target);
  outcome_.target = plan_.target.url;
  return {};
}

// A wrong address or key is told in a sentence before anything is sent.
Result<void> Conductor::check_target() {
  if (!scenario_.audit.wanted) return {};
  ApiClient api(plan_.target.url);
  const auto answer =
      api.get("/v1/orders?limit=1", plan_.shops.front().key, std::chrono::seconds(5));
  if (!answer) return Error{"the target cannot be reached: " + answer.error().message};
  if (answer->status == 200) return {};
  return Error{fmt::format("{}/v1/orders answers {} to {}'s key, where 200 was expected",
                           plan_.target.url, answer->status, plan_.shops.front().name)};
}

Nanoseconds Conductor::run_time() const {
  return std::chrono::steady_clock::now() - begin_;
}

Result<void> Conductor::send() {
  display_.began(scenario_.name, scenario_.duration());
  begin_ = std::chrono::steady_clock::now() + start_ahead;
  outcome_.begin = civil_now() + std::chrono::duration_cast<Duration>(start_ahead);
  for (const auto& part : parts_) {
    const Nanoseconds in = begin_ - std::chrono::steady_clock::now();
    if (auto started = part->start(in); !started) return started;
  }
  bool stopped = false;
  while (true) {
    std::this_thread::sleep_for(tick);
    const Nanoseconds now = run_time();
    happen(now);
    if (stop_ && !stopped) {
      stopped = outcome_.interrupted = true;
      event(now, "stopped by hand");
      for (const auto& part : parts_) part->stop();
    }
    if (now < next_look_) continue;
    const auto sum = progress();
    if (!sum) return sum.error();
    look(now, *sum);
    judge_step(now);
    // The timeline is part of the run, whatever was answered before its end.
    if (sum->finished && (stopped || next_entry_ == timeline_.size())) break;
    // Looked at more often towards the end, so that a short run ends when it is over.
    next_look_ =
        now + (now < scenario_.duration() - look_interval ? Nanoseconds(look_interval)
                                                          : Nanoseconds(look_interval) / 10);
  }
  display_.ended();
  outcome_.took = run_time();
  return collect();
}

void Conductor::event(Nanoseconds at, const std::string& text) {
  outcome_.events.push_back({at, text});
  display_.say(fmt::format("{:6.1f}s {}", std::chrono::duration<double>(at).count(), text));
}

void Conductor::happen(Nanoseconds now) {
  while (next_entry_ < timeline_.size() && timeline_[next_entry_].at <= now) {
    const TimelineEntry& entry = timeline_[next_entry_++];
    const auto done = topology_->act(entry.act, entry.what);
    event(now, fmt::format("{} {}{}", to_text(entry.act), entry.what,
                           done ? "" : ": " + done.error().message));
    disturb(entry, civil_now());
  }
}

// While a relay centre or the system stands still, what is on the line piles up there.
void Conductor::disturb(const TimelineEntry& entry, Timestamp now) {
  constexpr Duration after = std::chrono::seconds(2);  // until the pile is worked off
  if (entry.act == Act::freeze) {
    disturbances_.emplace_back(entry.what, Disturbance{now, now + std::chrono::hours(24)});
  }
  if (entry.act != Act::thaw) return;
  for (auto& [what, at] : disturbances_) {
    if (what == entry.what && at.to > now) at.to = now + after;
  }
}

Result<Progress> Conductor::progress() {
  Progress sum;
  sum.finished = true;
  for (const auto& part : parts_) {
    const auto one = part->progress();
    if (!one) return one.error();
    for (std::size_t i = 0; i < sum.counts.size(); ++i) sum.counts[i] += one->counts[i];
    sum.busy += one->busy;
    sum.accept_p50 = std::max(sum.accept_p50, one->accept_p50);
    sum.accept_p99 = std::max(sum.accept_p99, one->accept_p99);
    sum.finished = sum.finished && one->finished;
  }
  return sum;
}

void Conductor::look(Nanoseconds now, const Progress& progress) {
  const auto lengths = queues_->last();
  if (outcome_.samples.empty() || now - outcome_.samples.back().at >= look_interval) {
    QueueSample sample{.at = now, .lengths = std::vector<double>(outcome_.queues.size())};
    for (const auto& [name, length] : lengths) {
      auto found = std::find(outcome_.queues.begin(), outcome_.queues.end(), name);
      if (found == outcome_.queues.end()) {
        outcome_.queues.push_back(name);
        found = outcome_.queues.end() - 1;
        sample.lengths.push_back(0);
      }
      sample.lengths[static_cast<std::size_t>(found - outcome_.queues.begin())] = length;
    }
    outcome_.samples.push_back(std::move(sample));
    display_.show(now, profile_.rate_at(now), progress, lengths);
  }
}

// Stairs end with the first step that is not healthy.
void Conductor::judge_step(Nanoseconds now) {
  if (scenario_.healthy.empty()) return;
  const Nanoseconds step = scenario_.arrivals.step;
  const Nanoseconds from = step * static_cast<std::int64_t>(step_);
  // A step's last answers come after its end.
  if (now < from + step + look_interval || from >= scenario_.duration()) return;
  PartResult sum{.measured = Measurements(window_length_for(scenario_.duration())),
                 .records = {},
                 .health = {}};
  for (const auto& part : parts_) {
    if (auto one = part->result(false)) sum.measured.merge(one->measured);
  }
  StepVerdict verdict{.rate = profile_.rate_at(from),
                      .from = from,
                      .to = from + step,
                      .healthy = true,
                      .sentence = ""};
  const Figures figures{sum.measured, {}, scenario_.duration()};
  for (const Threshold& threshold : scenario_.healthy) {
    const auto judged = threshold.during(from, from + step).judge(figures);
    if (judged.met) continue;
    verdict.healthy = false;
    verdict.sentence = judged.sentence;
    break;
  }
  ++step_;
  event(now, fmt::format("{:.0f}/s is {}", verdict.rate,
                         verdict.healthy ? "healthy" : "too much: " + verdict.sentence));
  if (!verdict.healthy) {
    for (const auto& part : parts_) part->stop();
  }
  outcome_.steps.push_back(std::move(verdict));
}

Result<void> Conductor::collect() {
  outcome_.load.measured = Measurements(window_length_for(scenario_.duration()));
  for (const auto& part : parts_) {
    auto one = part->result(scenario_.audit.wanted);
    if (!one) return one.error();
    outcome_.machines.push_back(one->health);
    merge(outcome_.load, std::move(*one));
  }
  parts_.clear();
  return {};
}

}  // namespace spillway::loadtest
