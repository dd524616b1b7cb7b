#include "actors/documents/node_json.hpp"

#include <algorithm>

#include "actors/base/json_text.hpp"

namespace spillway::actors {

namespace {

bool is_idle(const NodeSeen& seen) {
  return seen.permits == 0 && std::ranges::all_of(seen.lines, [](const NodeSeen::Line& line) {
           return line.outstanding == 0 && line.ours == 0;
         });
}

const char* state_of(const NodeEntry& node) {
  if (node.lost) return "lost";
  if (node.seen.draining && is_idle(node.seen)) return "drained";
  return node.draining || node.seen.draining ? "draining" : "joined";
}

Json to_json(const NodeEntry& node) {
  Json lines = Json::array();
  for (const NodeSeen::Line& line : node.seen.lines) {
    if (line.relay.value == 0) continue;
    lines.push_back(
        {{"relay", line.relay_name},
         {"per_second", line.per_second},
         {"outstanding", line.outstanding},
         {"ours", line.ours},
         {"answered", line.answered},
         {"answer_seconds", line.answer_seconds > 0 ? Json(line.answer_seconds) : Json()}});
  }
  return {{"node", node.seen.name},
          {"state", state_of(node)},
          {"epoch", node.seen.epoch},
          {"since", time_json(node.since)},
          {"draining", node.draining || node.seen.draining},
          {"permits", node.seen.permits},
          {"lines", std::move(lines)}};
}

// "12.5 ms"
std::string answer_time_text(const Json& seconds) {
  return seconds.is_null() ? "-" : fmt::format("{:.1f} ms", seconds.get<double>() * 1e3);
}

NodeProgress progress_of(const Json& node) {
  NodeProgress progress{node.at("state").get<std::string>(),
                        node.at("permits").get<std::uint64_t>(), 0};
  for (const Json& line : node.at("lines")) {
    const auto outstanding =
        std::max(line.at("outstanding").get<std::uint64_t>(), line.at("ours").get<std::uint64_t>());
    progress.outstanding += outstanding;
    progress.per_second += line.at("per_second").get<double>();
  }
  return progress;
}

}  // namespace

std::string node_json(const NodeEntry& node) {
  return to_json(node).dump();
}

std::string nodes_json(const std::vector<NodeEntry>& nodes) {
  Json list = Json::array();
  for (const NodeEntry& node : nodes) list.push_back(to_json(node));
  return Json{{"nodes", std::move(list)}}.dump();
}

Result<std::string> nodes_text(std::string_view json) {
  return read_json(json, [](const Json& answer) {
    const Json& nodes = answer.at("nodes");
    if (nodes.empty()) return std::string("no node is joined\n");
    constexpr auto form = "{:<20} {:<9} {:<16} {:>9} {:>8} {:>12} {:>6} {:>10} {:>9}  {:<17} {}\n";
    std::string text =
        fmt::format(fmt::runtime(form), "node", "state", "relay", "rate/s", "permits",
                    "outstanding", "ours", "answered", "answer", "epoch", "since");
    for (const Json& node : nodes) {
      Json lines = node.at("lines");
      if (lines.empty())
        lines.push_back({{"relay", "-"},
                         {"per_second", 0.0},
                         {"outstanding", 0},
                         {"ours", 0},
                         {"answered", 0},
                         {"answer_seconds", nullptr}});
      for (const Json& line : lines)
        text += fmt::format(
            fmt::runtime(form), node.at("node").get<std::string>(),
            node.at("state").get<std::string>(), line.at("relay").get<std::string>(),
            fmt::format("{:.0f}", line.at("per_second").get<double>()), node.at("permits").dump(),
            line.at("outstanding").dump(), line.at("ours").dump(), line.at("answered").dump(),
            answer_time_text(line.at("answer_seconds")), node.at("epoch").dump(),
            node.at("since").get<std::string>());
    }
    return text;
  });
}

Result<NodeProgress> node_progress(std::string_view json) {
  return read_json(json, progress_of);
}

Result<NodeProgress> node_progress(std::string_view json, std::string_view name) {
  std::optional<NodeProgress> found;
  auto read = read_json(json, [&](const Json& answer) {
    for (const Json& node : answer.at("nodes"))
      if (node.at("node").get<std::string>() == name) found = progress_of(node);
    return NodeProgress{};
  });
  if (!read) return read;
  if (!found) return Error{"no node named " + std::string(name) + " is joined any more"};
  return *found;
}

}  // namespace spillway::actors
