#include "loadtest/scenario/scenario_sections.hpp"

#include <array>
#include <cmath>

#include "loadtest/base/limits.hpp"

namespace spillway::loadtest {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 7> shapes = {"constant", "ramp",   "stairs", "spike",
                                                    "daily",    "replay", "closed"};

void read_share(TomlSection& section, std::string_view key, double& out) {
  section.read(key, out, 0, 1);
}

void read_stairs(TomlSection& section, ArrivalSettings& out) {
  std::uint64_t steps = 0;
  for (const auto key : {"rate", "steps", "step", "rate_step"}) section.require(key);
  section.read("steps", steps, 1, 1'000);
  read_time(section, "step", out.step, 1s, limits::duration_max);
  read_rate(section, "rate_step", out.rate_step);
  out.duration = out.step * static_cast<std::int64_t>(steps);
}

void read_spike(TomlSection& section, ArrivalSettings& out) {
  for (const auto key : {"rate", "spike_rate", "spike_at", "spike_hold", "duration"}) {
    section.require(key);
  }
  read_rate(section, "spike_rate", out.spike_rate);
  read_time(section, "spike_at", out.spike_at, 0s, limits::duration_max);
  read_time(section, "spike_rise", out.spike_rise, 0s, limits::duration_max);
  read_time(section, "spike_hold", out.spike_hold, 0s, limits::duration_max);
  read_time(section, "spike_fall", out.spike_fall, 0s, limits::duration_max);
  if (out.spike_at + out.spike_rise + out.spike_hold + out.spike_fall > out.duration) {
    section.problem("spike_at", "does not fit: the spike ends after the duration");
  }
}

void read_replay(TomlSection& section, Scenario& scenario) {
  ArrivalSettings& out = scenario.arrivals;
  section.require("file");
  section.read("file", out.file, 1, 4'095);
  section.read("speed", out.speed, 0.001, 1'000);
  if (out.file.empty()) return;
  auto times = read_recorded_times(out.file, out.speed);
  if (!times) return section.problem("file", times.error().message);
  scenario.recorded = std::move(*times);
}

void read_cards(TomlSection section, MixSettings& out) {
  std::array<double, card_kinds> shares{};
  double sum = 0;
  bool any = false;
  for (std::size_t i = 0; i < card_kinds; ++i) {
    any = any || section.has(test_cards[i].name);
    read_share(section, test_cards[i].name, shares[i]);
    sum += shares[i];
  }
  section.finish();
  if (!any) return;
  if (std::abs(sum - 1) > 1e-6) return section.problem("", "the shares must be 1 in sum");
  out.cards = shares;
}

}  // namespace

void read_rate(TomlSection& section, std::string_view key, double& out, double min) {
  section.read(key, out, min, limits::rate_max);
}

void read_time(TomlSection& section, std::string_view key, Nanoseconds& out, Duration min,
               Duration max) {
  auto time = std::chrono::duration_cast<Duration>(out);
  section.read(key, time, min, max);
  out = time;
}

void read_target(TomlSection section, TargetSettings& out) {
  section.read("url", out.url, 1, 300);
  section.read("keys_file", out.keys_file, 1, 4'095);
  section.read("connections", out.connections, 1, limits::connections_max);
  read_time(section, "answer_time_max", out.answer_time_max, 10ms, 10min);
  section.read("tries_max", out.tries_max, 1, limits::tries_max);
  read_time(section, "retry_after", out.retry_after, 1ms, 1min);
  section.finish();
}

void read_arrivals(TomlSection section, Scenario& scenario) {
  ArrivalSettings& out = scenario.arrivals;
  if (const auto shape = read_choice(section, "shape", shapes)) {
    out.shape = static_cast<ArrivalShape>(*shape);
  }
  constexpr std::array<std::string_view, 2> spacings = {"even", "poisson"};
  if (const auto spacing = read_choice(section, "spacing", spacings)) {
    out.spacing = static_cast<Spacing>(*spacing);
  }
  section.read("orders_max", out.orders_max, 1, 1'000'000'000);
  const bool has_duration = out.shape != ArrivalShape::stairs && out.shape != ArrivalShape::replay;
  if (has_duration) {
    section.require("duration");
    read_time(section, "duration", out.duration, 100ms, limits::duration_max);
  }
  if (out.shape != ArrivalShape::replay && out.shape != ArrivalShape::closed) {
    section.require("rate");
    read_rate(section, "rate", out.rate, 0.001);
  }
  switch (out.shape) {
    case ArrivalShape::constant:
    case ArrivalShape::daily:
      break;
    case ArrivalShape::ramp:
      read_rate(section, "rate_from", out.rate_from);
      break;
    case ArrivalShape::stairs:
      read_stairs(section, out);
      break;
    case ArrivalShape::spike:
      read_spike(section, out);
      break;
    case ArrivalShape::replay:
      read_replay(section, scenario);
      break;
    case ArrivalShape::closed:
      section.require("buyers");
      section.read("buyers", out.buyers, 1, 1'000'000);
      read_time(section, "think_time", out.think_time, 0s, 1h);
      break;
  }
  section.finish();
}

void read_mix(TomlSection section, MixSettings& out) {
  section.read("zipf", out.zipf, 0, 5);
  section.read("items_max", out.items_max, 1, limits::cart_items_max);
  for (const auto& [key, share] :
       {std::pair{"guests", &out.guests}, std::pair{"other_companies", &out.other_companies},
        std::pair{"cancels", &out.cancels}, std::pair{"inquiries", &out.inquiries},
        std::pair{"repeats", &out.repeats}, std::pair{"changed_repeats", &out.changed_repeats},
        std::pair{"approvals", &out.approvals}, std::pair{"bad", &out.bad},
        std::pair{"slow", &out.slow}}) {
    read_share(section, key, *share);
  }
  read_time(section, "follow_after", out.follow_after, 10ms, 1h);
  read_time(section, "slow_time", out.slow_time, 20ms, 1h);
  section.read("amount_from", out.amount_from, 1'000, 100'000'000'000);
  read_cards(section.table("cards"), out);
  section.finish();
}

void read_audit(TomlSection section, Scenario& scenario) {
  AuditSettings& out = scenario.audit;
  section.read("wanted", out.wanted);
  section.read("events", out.events);
  section.read("webhooks", out.webhooks);
  section.read("mails", out.mails);
  read_time(section, "settle_time_max", out.settle_time_max, 0s, 24h);
  section.read("ledger", out.ledger, 1, 4'095);
  read_rate(section, "pace_max", out.pace_max, 0.1);
  if (out.mails && !scenario.topology) {
    section.problem("mails", "needs a [topology]: another system's mails go where it was told");
  }
  section.finish();
}

}  // namespace spillway::loadtest
