#include "loadtest/parts/part_codec.hpp"

#include <cstring>

#include <nlohmann/json.hpp>

#include "loadtest/base/limits.hpp"

namespace spillway::loadtest {
namespace {

using Json = nlohmann::json;

Json histogram_to_json(const Histogram& times) {
  return {{"buckets", times.buckets()},
          {"min", times.min().count()},
          {"max", times.max().count()},
          {"sum", times.sum().count()}};
}

bool add_histogram(const Json& json, Histogram& times) {
  return times.add_buckets(json.at("buckets").get<Histogram::Buckets>(),
                           Nanoseconds(json.at("min").get<std::int64_t>()),
                           Nanoseconds(json.at("max").get<std::int64_t>()),
                           Nanoseconds(json.at("sum").get<std::int64_t>()));
}

Json window_to_json(const Window& window) {
  Json json = {window.arrivals, window.accepted, window.overloaded, window.failed};
  json.push_back(window.accept == nullptr ? Json() : histogram_to_json(*window.accept));
  return json;
}

bool read_window(const Json& json, Window& window) {
  window.arrivals = json.at(0);
  window.accepted = json.at(1);
  window.overloaded = json.at(2);
  window.failed = json.at(3);
  if (json.at(4).is_null()) return true;
  window.accept = std::make_unique<Histogram>();
  return add_histogram(json.at(4), *window.accept);
}

// An order's record is 24 bytes in memory; so it travels. Both ends are little-endian.
Json::binary_t records_to_bytes(const std::vector<OrderRecord>& records) {
  std::vector<std::uint8_t> bytes(records.size() * sizeof(OrderRecord));
  if (!bytes.empty()) std::memcpy(bytes.data(), records.data(), bytes.size());
  return Json::binary_t(std::move(bytes));
}

bool read_records(const Json& json, std::vector<OrderRecord>& records) {
  if (!json.is_binary() || json.get_binary().size() % sizeof(OrderRecord) != 0) return false;
  records.resize(json.get_binary().size() / sizeof(OrderRecord));
  if (!records.empty()) {
    std::memcpy(static_cast<void*>(records.data()), json.get_binary().data(),
                json.get_binary().size());
  }
  return true;
}

bool read_measurements(const Json& json, PartResult& part) {
  const Json& times = json.at("times");
  const Json& windows = json.at("windows");
  if (times.size() != measure_names.size() || windows.size() > limits::windows_max * 2) {
    return false;
  }
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (!add_histogram(times.at(i), part.measured.times(static_cast<Measure>(i)))) return false;
  }
  const Json& counts = json.at("counts");
  if (counts.size() != count_names.size()) return false;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    part.measured.add(static_cast<Count>(i), counts.at(i).get<std::uint64_t>());
  }
  for (const auto& status : json.at("statuses")) {
    part.measured.add_status(status.at(0).get<int>(), status.at(1).get<std::uint64_t>());
  }
  for (std::size_t i = 0; i < windows.size(); ++i) {
    Window& window =
        part.measured.window(part.measured.window_length() * static_cast<std::int64_t>(i));
    if (!read_window(windows.at(i), window)) return false;
  }
  return read_records(json.at("records"), part.records);
}

}  // namespace

Json part_to_json(const PartResult& part) {
  Json json = {{"window_ns", part.measured.window_length().count()},
               {"machine", part.health.machine},
               {"busy_share", part.health.sender.busy_share},
               {"busy_share_max", part.health.sender.busy_share_max},
               {"unsent", part.health.sender.unsent},
               {"times", Json::array()},
               {"counts", Json::array()},
               {"statuses", Json::array()},
               {"windows", Json::array()},
               {"records", records_to_bytes(part.records)}};
  for (std::size_t i = 0; i < measure_names.size(); ++i) {
    json["times"].push_back(histogram_to_json(part.measured.times(static_cast<Measure>(i))));
  }
  for (std::size_t i = 0; i < count_names.size(); ++i) {
    json["counts"].push_back(part.measured.count(static_cast<Count>(i)));
  }
  for (int status = 100; status < 600; ++status) {
    if (part.measured.status(status) > 0) {
      json["statuses"].push_back({status, part.measured.status(status)});
    }
  }
  for (const Window& window : part.measured.windows()) {
    json["windows"].push_back(window_to_json(window));
  }
  return json;
}

std::optional<PartResult> part_from_json(const Json& json) try {
  const Nanoseconds window(json.at("window_ns").get<std::int64_t>());
  if (window < std::chrono::milliseconds(1)) return std::nullopt;
  PartResult part{.measured = Measurements(window), .records = {}, .health = {}};
  part.health.machine = json.at("machine");
  part.health.sender.busy_share = json.at("busy_share");
  part.health.sender.busy_share_max = json.at("busy_share_max");
  part.health.sender.unsent = json.at("unsent");
  if (!read_measurements(json, part)) return std::nullopt;
  return part;
} catch (const Json::exception&) {
  // The library's way to say that a member is missing or of another kind.
  return std::nullopt;
}

Json progress_to_json(const Progress& progress) {
  return {{"counts", progress.counts},
          {"busy", progress.busy},
          {"p50", progress.accept_p50.count()},
          {"p99", progress.accept_p99.count()},
          {"finished", progress.finished}};
}

std::optional<Progress> progress_from_json(const Json& json) try {
  Progress progress;
  progress.counts = json.at("counts").get<decltype(progress.counts)>();
  progress.busy = json.at("busy");
  progress.accept_p50 = Nanoseconds(json.at("p50").get<std::int64_t>());
  progress.accept_p99 = Nanoseconds(json.at("p99").get<std::int64_t>());
  progress.finished = json.at("finished");
  return progress;
} catch (const Json::exception&) {
  return std::nullopt;
}

}  // namespace spillway::loadtest
