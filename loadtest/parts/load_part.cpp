#include "loadtest/parts/load_part.hpp"

#include <algorithm>
#include <thread>

#include <unistd.h>

namespace spillway::loadtest {
namespace {

constexpr auto connect_time_max = std::chrono::seconds(10);
constexpr auto look_interval = std::chrono::milliseconds(5);

TrafficSettings traffic_settings(const Scenario& scenario, std::uint32_t index,
                                 std::uint32_t count) {
  TrafficSettings settings;
  settings.share_index = index;
  settings.share_count = count;
  settings.tries_max = scenario.target.tries_max;
  settings.retry_after = scenario.target.retry_after;
  settings.buyers = scenario.arrivals.buyers;
  settings.think_time = scenario.arrivals.think_time;
  settings.duration = scenario.duration();
  settings.orders_max = scenario.arrivals.orders_max;
  settings.records = scenario.audit.wanted;
  return settings;
}

SenderSettings sender_settings(const RunPlan& plan) {
  SenderSettings settings;
  settings.address = plan.target.address;
  settings.port = plan.target.port;
  settings.connections = plan.scenario.target.connections;
  settings.answer_time_max = plan.scenario.target.answer_time_max;
  // As long as tries go on, the rest is not given up.
  settings.drain_time_max =
      std::max<Nanoseconds>(std::chrono::seconds(30),
                            plan.scenario.target.retry_after *
                                static_cast<std::int64_t>(plan.scenario.target.tries_max)) +
      plan.scenario.mix.follow_after;
  settings.slow_time = plan.scenario.mix.slow_time;
  settings.arrivals_end = plan.scenario.duration();
  return settings;
}

std::string machine_name() {
  char name[256] = "";
  ::gethostname(name, sizeof(name) - 1);
  return name;
}

// A copy: histograms of windows are held by pointers.
Measurements copy_of(const Measurements& measured) {
  Measurements copy(measured.window_length());
  copy.merge(measured);
  return copy;
}

}  // namespace

LocalPart::LocalPart(RunPlan plan, std::uint32_t share_index, std::uint32_t share_count)
    : plan_(std::move(plan)),
      mix_(plan_.scenario.mix, plan_.shops.size(), plan_.scenario.seed),
      requests_(mix_, plan_.shops, plan_.run, plan_.target.host),
      measured_(window_length_for(plan_.scenario.duration())),
      records_(share_index, share_count),
      traffic_(traffic_settings(plan_.scenario, share_index, share_count),
               plan_.scenario.make_arrivals(), mix_, requests_, measured_, records_) {
  loop_.run_and_wait([&] {
    sender_ = std::make_unique<Sender>(loop_, sender_settings(plan_), traffic_, measured_,
                                       [this] { finished_ = true; });
  });
}

LocalPart::~LocalPart() {
  loop_.run_and_wait([this] { sender_.reset(); });
}

Result<void> LocalPart::connect() {
  loop_.run_and_wait([this] { sender_->connect([this] { ready_ = true; }); });
  const auto give_up = std::chrono::steady_clock::now() + connect_time_max;
  while (!ready_ && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(look_interval);
  }
  std::size_t connected = 0;
  std::string reason;
  loop_.run_and_wait([&] {
    connected = sender_->connected();
    reason = sender_->unreachable_because();
  });
  if (connected > 0) return {};
  return Error{plan_.target.host +
               " cannot be reached: " + (reason.empty() ? "no answer to the connection" : reason)};
}

Result<void> LocalPart::start(Nanoseconds in) {
  begin_ = std::chrono::steady_clock::now() + in;
  loop_.post([this] { sender_->start(begin_); });
  return {};
}

Result<Progress> LocalPart::progress() {
  Progress progress;
  loop_.run_and_wait([&] {
    for (std::size_t i = 0; i < count_names.size(); ++i) {
      progress.counts[i] = measured_.count(static_cast<Count>(i));
    }
    progress.busy = sender_->busy();
    const Nanoseconds now = std::chrono::steady_clock::now() - begin_;
    const auto& windows = measured_.windows();
    const auto last = now / measured_.window_length() - 1;
    if (last < 0 || static_cast<std::size_t>(last) >= windows.size()) return;
    const Window& window = windows[static_cast<std::size_t>(last)];
    if (window.accept == nullptr) return;
    progress.accept_p50 = window.accept->quantile(0.5);
    progress.accept_p99 = window.accept->quantile(0.99);
  });
  progress.finished = finished_;
  return progress;
}

Result<PartResult> LocalPart::result(bool with_records) {
  PartResult result{.measured = Measurements(measured_.window_length()),
                    .records = {},
                    .health = {.sender = {}, .machine = machine_name()}};
  loop_.run_and_wait([&] {
    result.measured = copy_of(measured_);
    result.health.sender = sender_->health();
    if (with_records) result.records = records_.all();
  });
  return result;
}

void LocalPart::stop() {
  loop_.run_and_wait([this] { sender_->stop(); });
}

void merge(PartResult& into, PartResult&& other) {
  into.measured.merge(other.measured);
  into.records.insert(into.records.end(), other.records.begin(), other.records.end());
  std::sort(into.records.begin(), into.records.end(),
            [](const OrderRecord& a, const OrderRecord& b) { return a.ordinal < b.ordinal; });
}

}  // namespace spillway::loadtest
