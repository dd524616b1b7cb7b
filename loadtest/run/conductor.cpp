#include "loadtest/run/conductor.hpp"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "engine/base/clock.hpp"
#include "loadtest/base/limits.hpp"

namespace spillway::loadtest {
namespace {

constexpr auto tick = std::chrono::milliseconds(20);
constexpr auto look_interval = std::chrono::seconds(1);
constexpr auto start_ahead = std::chrono::milliseconds(300);  // for all parts to hear of it

}  // namespace

Conductor::Conductor(const Scenario& scenario, const RunOptions& options, Display& display,
                     const std::atomic<bool>& stop)
    : scenario_(scenario),
      options_(options),
      display_(display),
      stop_(stop),
      receivers_(scenario.audit),
      profile_(scenario.profile()),
      timeline_(scenario.timeline) {
  std::stable_sort(timeline_.begin(), timeline_.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  outcome_.scenario = scenario;
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
    const auto done = topology_->act(entry, civil_now());
    event(now, fmt::format("{} {}{}{}", to_text(entry.act), entry.what,
                           entry.act == Act::pace ? fmt::format(" {:g}/s", entry.pace) : "",
                           done ? "" : ": " + done.error().message));
    disturb(entry, civil_now());
  }
}

// While a relay centre or who sends to it stands still, or the cable between, what is on the line
// piles up there.
void Conductor::disturb(const TimelineEntry& entry, Timestamp now) {
  constexpr Duration after = std::chrono::seconds(2);  // until the pile is worked off
  if (entry.act == Act::freeze || entry.act == Act::cut) {
    disturbances_.emplace_back(entry.what, Disturbance{now, now + std::chrono::hours(24)});
  }
  if (entry.act != Act::thaw && entry.act != Act::mend) return;
  for (auto& [what, at] : disturbances_) {
    if (what == entry.what && at.to > now + after) at.to = now + after;
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
  const auto& samples = outcome_.queues.samples;
  if (!samples.empty() && now - samples.back().at < look_interval) return;
  sample(now);
  display_.show(now, profile_.rate_at(now), progress, last_look_.queues, outcome_.nodes);
}

void Conductor::sample(Nanoseconds now) {
  last_look_ = {};
  for (std::size_t i = 0; i < watches_.size(); ++i) {
    const QueueWatch::Look look = watches_[i]->last();
    const std::string whose = i == 0 ? "" : system_name(i) + " ";
    for (const auto& [name, length] : look.queues) {
      last_look_.queues.emplace_back(whose + name, length);
    }
    for (const auto& [name, answers] : look.nodes) {
      last_look_.nodes.emplace_back(watches_.size() == 1 ? name : name + " of " + system_name(i),
                                    answers);
    }
  }
  outcome_.queues.add(now, last_look_.queues);
  outcome_.nodes.add(now, last_look_.nodes);
}

// Stairs end with the first step that is not healthy.
void Conductor::judge_step(Nanoseconds now) {
  const bool over = !outcome_.steps.empty() && !outcome_.steps.back().healthy;
  if (scenario_.healthy.empty() || over) return;
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
