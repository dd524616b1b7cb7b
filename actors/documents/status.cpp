#include "actors/documents/status.hpp"

#include <algorithm>
#include <chrono>

#include "actors/base/json_text.hpp"
#include "storage/base/limits.hpp"

namespace spillway::actors {

namespace {

Json queue_json(const QueueMetrics& queue, Timestamp now) {
  return {{"waiting", queue.length.value()},
          {"oldest_age_seconds", static_cast<double>(queue.oldest_age(now).count()) / 1e6}};
}

Json data_file_json(const DataFileMetrics& file) {
  return {{"file", file.name},
          {"used_bytes", file.used_bytes.value()},
          {"reader_age_seconds", static_cast<double>(file.reader_age_us.value()) / 1e6},
          {"reader_growth_bytes", file.grown_bytes.value()}};
}

// A sentence for each file that somebody reads for too long.
std::string readers_text(const Json& data_files) {
  std::string text;
  for (const Json& file : data_files) {
    const double age = file.at("reader_age_seconds").get<double>();
    if (age <= std::chrono::duration<double>(limits::reader_age_max).count()) continue;
    text += fmt::format(
        "A reader has held the {} for {:.0f} minutes, which grew by {:.1f} MiB meanwhile: see \"A "
        "reader that does not end\" in operations.md.\n",
        file.at("file").get<std::string>(), age / 60,
        static_cast<double>(file.at("reader_growth_bytes").get<std::int64_t>()) / (1U << 20U));
  }
  return text;
}

std::string queue_text(const Json& queue) {
  return waiting_text(queue.at("waiting"), queue.at("oldest_age_seconds"));
}

Json nodes_status(const Metrics& metrics) {
  const std::vector<NodeCounts> nodes = metrics.nodes.nodes();
  const OrderFlow flow = metrics.nodes.flow();
  const auto joined = std::ranges::count_if(nodes, &NodeCounts::joined);
  const auto draining = std::ranges::count_if(nodes, &NodeCounts::draining);
  // One that drains, or whose lines are down, could not take more than it has.
  const auto idle = std::ranges::count_if(nodes, [](const NodeCounts& node) {
    return node.joined && !node.draining && node.per_second > 0 && node.outstanding == 0;
  });
  const bool falls_behind = flow.arriving > flow.done &&
                            std::ranges::any_of(metrics.relays, [](const RelayMetrics& relay) {
                              return relay.authorization.length.value() > 0;
                            });
  const auto missing = falls_behind ? nodes_missing(nodes, flow) : std::optional<std::uint64_t>(0);
  return {{"joined", joined},
          {"draining", draining},
          {"idle", idle},
          {"lost", static_cast<std::int64_t>(nodes.size()) - joined},
          {"arriving_per_second", flow.arriving},
          {"done_per_second", flow.done},
          {"missing", missing ? Json(*missing) : Json()}};
}

// "2 joined, 1 of them idle; 700 orders a second arrive and 300 get done: 3 more like these would
// hold it"
std::string nodes_sentence(const Json& nodes) {
  const auto number = [&](const char* name) { return nodes.at(name).get<std::int64_t>(); };
  std::string text = "none joined";
  if (number("joined") > 0)
    text = fmt::format("{} joined, {} of them idle", number("joined"), number("idle"));
  if (number("draining") > 0) text += fmt::format(", {} draining", number("draining"));
  if (number("lost") > 0) text += fmt::format("; {} lost", number("lost"));
  const Json& missing = nodes.at("missing");
  if (missing == 0) return text;
  text += fmt::format("; {:.0f} orders a second arrive and {:.0f} get done: ",
                      nodes.at("arriving_per_second").get<double>(),
                      nodes.at("done_per_second").get<double>());
  if (missing.is_null()) return text + "nodes are missing";
  return text + fmt::format("{} more like these would hold it", number("missing"));
}

}  // namespace

std::string status_json(const Metrics& metrics, bool ready, Timestamp now) {
  Json relays = Json::array();
  for (const RelayMetrics& relay : metrics.relays) {
    relays.push_back({{"id", relay.id.value},
                      {"name", relay.name},
                      {"line_up", relay.line_up.value() != 0},
                      {"outstanding", relay.outstanding.value()},
                      {"timeouts", relay.timeouts.value()},
                      {"authorization", queue_json(relay.authorization, now)},
                      {"in_doubt", queue_json(relay.in_doubt, now)}});
  }
  Json data_files = Json::array();
  for (const DataFileMetrics& file : metrics.data_files) data_files.push_back(data_file_json(file));
  const Json status = {{"version", SPILLWAY_VERSION},
                       {"ready", ready},
                       {"orders",
                        {{"accepted", metrics.orders_accepted.value()},
                         {"in_acceptance", metrics.acceptance.length.value()},
                         {"escalated", metrics.escalated.value()}}},
                       {"journal", {{"last_record", metrics.journal_last_record.value()}}},
                       {"data_files", std::move(data_files)},
                       {"projection", queue_json(metrics.projection, now)},
                       {"outbox", queue_json(metrics.outbox, now)},
                       {"nodes", nodes_status(metrics)},
                       {"relays", std::move(relays)}};
  return status.dump();
}

Result<std::string> status_text(std::string_view json) {
  return read_json(json, [](const Json& status) {
    std::string text =
        fmt::format("spillway {}, {}\n", status.at("version").get<std::string>(),
                    status.at("ready").get<bool>() ? "takes orders" : "does not take orders");
    const auto row = [&](std::string_view name, const std::string& value) {
      text += fmt::format("{:<24}{}\n", name, value);
    };
    const Json& orders = status.at("orders");
    row("orders accepted", orders.at("accepted").dump());
    row("orders for a person", orders.at("escalated").dump());
    row("last journal record", status.at("journal").at("last_record").dump());
    row("records to be projected", queue_text(status.at("projection")));
    row("mails due", queue_text(status.at("outbox")));
    row("nodes", nodes_sentence(status.at("nodes")));
    for (const Json& relay : status.at("relays")) {
      row("relay " + relay.at("name").get<std::string>(),
          fmt::format("{}, waiting {}, in doubt {}", relay.at("line_up") ? "up" : "down",
                      queue_text(relay.at("authorization")), queue_text(relay.at("in_doubt"))));
    }
    return text + readers_text(status.at("data_files"));
  });
}

}  // namespace spillway::actors
