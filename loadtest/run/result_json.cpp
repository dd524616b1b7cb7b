#include "loadtest/run/result_json.hpp"

#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/utsname.h>
#include <unistd.h>

#include "loadtest/base/civil_time.hpp"

namespace spillway::loadtest {
namespace {

using Json = nlohmann::ordered_json;

double milliseconds(Nanoseconds time) {
  return static_cast<double>(time.count() / 1'000) / 1e3;
}

double seconds(Nanoseconds time) {
  return static_cast<double>(time / std::chrono::milliseconds(1)) / 1e3;
}

// The percentile curve has a point for each halving of what remains, ten times between two nines.
Json curve_of(const Histogram& times) {
  Json curve = Json::array();
  if (times.empty()) return curve;
  const double most = 1 - 1 / static_cast<double>(times.count());
  for (double remains = 1; remains > 1e-7; remains *= 0.79432823472) {
    const double share = 1 - remains;
    if (share > most) break;
    curve.push_back({share * 100, milliseconds(times.quantile(std::max(share, 1e-9)))});
  }
  curve.push_back({100, milliseconds(times.max())});
  return curve;
}

Json times_json(const Histogram& times) {
  Json json = {{"count", times.count()},
               {"min_ms", milliseconds(times.min())},
               {"mean_ms", milliseconds(times.mean())}};
  for (const auto& [name, share] :
       {std::pair{"p50_ms", 0.5}, std::pair{"p90_ms", 0.9}, std::pair{"p99_ms", 0.99},
        std::pair{"p99_9_ms", 0.999}, std::pair{"p99_99_ms", 0.9999}}) {
    json[name] = milliseconds(times.quantile(share));
  }
  json["max_ms"] = milliseconds(times.max());
  json["curve"] = curve_of(times);
  return json;
}

Json windows_json(const RunOutcome& outcome) {
  const Measurements& measured = outcome.load.measured;
  Json json = {{"length_s", seconds(measured.window_length())}};
  const RateProfile profile = outcome.scenario.profile();
  for (const char* name : {"planned", "arrivals", "accepted", "overloaded", "failed", "authorized",
                           "refused", "cancelled", "p50_ms", "p99_ms", "max_ms"}) {
    json[name] = Json::array();
  }
  const Histogram none;
  for (std::size_t i = 0; i < measured.windows().size(); ++i) {
    const Window& window = measured.windows()[i];
    const Histogram& accept = window.accept == nullptr ? none : *window.accept;
    const Nanoseconds middle =
        measured.window_length() * static_cast<std::int64_t>(i) + measured.window_length() / 2;
    json["planned"].push_back(profile.rate_at(middle) * seconds(measured.window_length()));
    json["arrivals"].push_back(window.arrivals);
    json["accepted"].push_back(window.accepted);
    json["overloaded"].push_back(window.overloaded);
    json["failed"].push_back(window.failed);
    json["authorized"].push_back(window.authorized);
    json["refused"].push_back(window.refused);
    json["cancelled"].push_back(window.cancelled);
    const auto add = [&](const char* name, Nanoseconds time) {
      json[name].push_back(accept.empty() ? Json() : Json(milliseconds(time)));
    };
    add("p50_ms", accept.quantile(0.5));
    add("p99_ms", accept.quantile(0.99));
    add("max_ms", accept.max());
  }
  return json;
}

Json series_json(const Series& series, const char* values) {
  Json json = {{"names", series.names}, {"at_s", Json::array()}, {values, Json::array()}};
  for (const Series::Sample& sample : series.samples) {
    json["at_s"].push_back(seconds(sample.at));
    auto row = sample.values;
    row.resize(series.names.size());
    json[values].push_back(row);
  }
  return json;
}

Json tellings_json(const AuditResult& audit) {
  Json json = Json::array();
  for (std::size_t i = 0; i < tellers; ++i) {
    const TellingSums& sums = audit.tellings[i];
    if (!sums.wanted) continue;
    json.push_back({{"by", teller_names[i]},
                    {"told", sums.told},
                    {"again", sums.again},
                    {"missing", sums.missing},
                    {"disagree", sums.disagree},
                    {"unbelieved", sums.unbelieved}});
  }
  return json;
}

Json shops_json(const AuditResult& audit) {
  Json shops = Json::array();
  for (const ShopSums& shop : audit.shops) {
    shops.push_back({{"name", shop.name},
                     {"told", shop.told},
                     {"told_amount", shop.told_amount},
                     {"booked", shop.booked},
                     {"booked_amount", shop.booked_amount},
                     {"authorized", shop.authorized},
                     {"authorized_amount", shop.authorized_amount},
                     {"by_line_amount", shop.by_line_amount},
                     {"charged_amount", audit.with_ledgers ? Json(shop.charged_amount) : Json()}});
  }
  return shops;
}

Json audit_json(const RunOutcome& outcome) {
  if (!outcome.audit) {
    return outcome.audit_error.empty() ? Json()
                                       : Json{{"passed", false}, {"error", outcome.audit_error}};
  }
  const AuditResult& audit = *outcome.audit;
  Json json = {{"passed", audit.passed()},
               {"acknowledged", audit.acknowledged},
               {"authorized", audit.authorized},
               {"refused", audit.refused},
               {"cancelled", audit.cancelled},
               {"approval_needed", audit.approval_needed},
               {"unacknowledged", audit.unacknowledged},
               {"lost", audit.figures.lost},
               {"without_outcome", audit.open},
               {"twice", audit.figures.twice},
               {"unexplained", audit.figures.unexplained},
               {"charged_twice", audit.with_ledgers ? Json(audit.figures.charged_twice) : Json()},
               {"tellings", tellings_json(audit)},
               {"flaws_count", audit.flaws_count},
               {"flaws", audit.flaws},
               {"shops", shops_json(audit)}};
  json["relays"] = Json::array();
  for (std::size_t i = 0; i < audit.relays.size(); ++i) {
    json["relays"].push_back(
        {{"name", audit.relays[i]}, {"outcome", times_json(audit.outcome_by_relay[i])}});
  }
  json["paces"] = Json::array();
  for (const LedgerPace& pace : audit.paces) {
    json["paces"].push_back({{"relay", pace.relay},
                             {"pace_max", pace.pace_max > 0 ? Json(pace.pace_max) : Json()},
                             {"requests", pace.requests},
                             {"most_in_a_second", pace.most_in_second},
                             {"most_at", to_civil_text(pace.most_at)},
                             {"kept", pace.kept}});
  }
  return json;
}

std::string_view verdict_of(int code) {
  switch (code) {
    case exit_well:
      return "well";
    case exit_thresholds_missed:
      return "thresholds missed";
    case exit_audit_failed:
      return "audit failed";
    default:
      return "invalid";
  }
}

void add_events(const RunOutcome& outcome, Json& json) {
  json["last_healthy_rate"] = Json();
  json["events"] = Json::array();
  for (const RunEvent& event : outcome.events) {
    json["events"].push_back({{"at_s", seconds(event.at)}, {"text", event.text}});
  }
  json["steps"] = Json::array();
  for (const StepVerdict& step : outcome.steps) {
    if (step.healthy) json["last_healthy_rate"] = step.rate;
    json["steps"].push_back({{"rate", step.rate},
                             {"from_s", seconds(step.from)},
                             {"to_s", seconds(step.to)},
                             {"healthy", step.healthy},
                             {"sentence", step.sentence}});
  }
}

std::string first_value(const char* file, std::string_view key) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t begin = line.find_first_not_of(" \t", line.find(':') + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "";
}

}  // namespace

Json this_machine() {
  utsname system{};
  ::uname(&system);
  return {{"name", system.nodename},
          {"processor", first_value("/proc/cpuinfo", "model name")},
          {"cores", std::thread::hardware_concurrency()},
          {"memory", first_value("/proc/meminfo", "MemTotal")},
          {"kernel", std::string(system.sysname) + " " + system.release}};
}

Json to_json(const RunOutcome& outcome) {
  const Measurements& measured = outcome.load.measured;
  const Scenario& scenario = outcome.scenario;
  Json json = {{"format", "spillway-load result 1"},
               {"version", SPILLWAY_VERSION},
               {"verdict", verdict_of(outcome.exit_code())},
               {"scenario",
                {{"name", scenario.name},
                 {"purpose", scenario.purpose},
                 {"file", scenario.file},
                 {"seed", scenario.seed},
                 {"text", scenario.text}}},
               {"run", outcome.run},
               {"target", outcome.target},
               {"began", to_civil_text(outcome.begin)},
               {"duration_s", seconds(scenario.duration())},
               {"took_s", seconds(outcome.took)},
               {"interrupted", outcome.interrupted},
               {"invalid", outcome.invalid},
               {"machine", this_machine()},
               {"senders", Json::array()}};
  for (const PartHealth& part : outcome.machines) {
    json["senders"].push_back({{"machine", part.machine},
                               {"busy_share", part.sender.busy_share},
                               {"busy_share_max", part.sender.busy_share_max},
                               {"unsent", part.sender.unsent}});
  }
  json["thresholds"] = Json::array();
  for (std::size_t i = 0; i < outcome.verdicts.size(); ++i) {
    const auto& verdict = outcome.verdicts[i];
    json["thresholds"].push_back({{"text", scenario.thresholds[i].text()},
                                  {"met", verdict.met},
                                  {"value", verdict.value},
                                  {"sentence", verdict.sentence}});
  }
  json["counts"] = Json::object();
  for (std::size_t i = 0; i < count_names.size(); ++i) {
    json["counts"][std::string(count_names[i])] = measured.count(static_cast<Count>(i));
  }
  json["errors"] = measured.errors();
  json["statuses"] = Json::object();
  for (int status = 100; status < 600; ++status) {
    if (measured.status(status) > 0) {
      json["statuses"][std::to_string(status)] = measured.status(status);
    }
  }
  json["times"] = Json::object();
  for (std::size_t i = 0; i < measure_names.size(); ++i) {
    const Histogram& times = measured.times(static_cast<Measure>(i));
    if (!times.empty()) json["times"][std::string(measure_names[i])] = times_json(times);
  }
  json["windows"] = windows_json(outcome);
  json["queues"] = series_json(outcome.queues, "lengths");
  json["nodes"] = series_json(outcome.nodes.growth(), "per_second");
  add_events(outcome, json);
  json["audit"] = audit_json(outcome);
  json["verify"] = outcome.verify.empty() ? Json() : Json(outcome.verify);
  return json;
}

}  // namespace spillway::loadtest
