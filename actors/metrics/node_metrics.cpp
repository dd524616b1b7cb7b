#include "actors/metrics/node_metrics.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "actors/metrics/metric_families.hpp"

namespace spillway::actors {

void NodeMetrics::put(NodeCounts node) {
  const std::lock_guard guard(mutex_);
  NodeCounts& known = nodes_[node.name];
  node.last_per_second = node.per_second > 0 ? node.per_second : known.last_per_second;
  known = std::move(node);
}

void NodeMetrics::lost(const std::string& name) {
  const std::lock_guard guard(mutex_);
  NodeCounts& node = nodes_[name];
  node.name = name;
  node.joined = false;
  node.draining = false;
  node.per_second = 0;
  node.outstanding = 0;
}

void NodeMetrics::left(const std::string& name) {
  const std::lock_guard guard(mutex_);
  nodes_.erase(name);
}

std::vector<NodeCounts> NodeMetrics::nodes() const {
  const std::lock_guard guard(mutex_);
  std::vector<NodeCounts> all;
  all.reserve(nodes_.size());
  for (const auto& [name, node] : nodes_) all.push_back(node);
  return all;
}

void NodeMetrics::sample(MonotonicTime now, std::uint64_t arrived, std::uint64_t left) {
  const std::lock_guard guard(mutex_);
  const double seconds = std::chrono::duration<double>(now - sampled_at_).count();
  if (sampled_at_ != MonotonicTime{}) {
    if (seconds < 1) return;
    flow_ = {static_cast<double>(arrived - arrived_) / seconds,
             static_cast<double>(left - left_) / seconds};
  }
  sampled_at_ = now;
  arrived_ = arrived;
  left_ = left;
}

void NodeMetrics::collect(MetricFamilies& families) const {
  const std::vector<NodeCounts> known = nodes();
  if (known.empty()) return;
  const auto each = [&](auto value) {
    for (const NodeCounts& node : known) families.sample(value(node), {{"node", node.name}});
  };
  families.gauge(
      "node_joined",
      "Whether a node is joined (1) or was lost (0); one that left drained is not shown.");
  each([](const NodeCounts& node) { return node.joined ? 1.0 : 0.0; });
  families.gauge("node_permit_rate",
                 "Requests a second that a node's lines get done; 0: it is lost, drains, or its "
                 "lines are down.");
  each([](const NodeCounts& node) { return node.per_second; });
  families.gauge("node_outstanding_requests",
                 "Requests that went to a node and whose outcome is not known yet.");
  each([](const NodeCounts& node) { return node.outstanding; });
  families.gauge("node_answer_seconds",
                 "Lately, from when a request went to a node until its answer was here.");
  each([](const NodeCounts& node) { return node.answer_seconds; });
  families.counter("node_answers_total", "Authorizations that a node answered since it joined.");
  each([](const NodeCounts& node) { return node.answered; });
}

OrderFlow NodeMetrics::flow() const {
  const std::lock_guard guard(mutex_);
  return flow_;
}

std::optional<std::uint64_t> nodes_missing(const std::vector<NodeCounts>& nodes,
                                           const OrderFlow& flow) {
  double rates = 0;
  double known = 0;
  for (const NodeCounts& node : nodes) {
    if (node.last_per_second <= 0) continue;
    rates += node.last_per_second;
    ++known;
  }
  const double short_of = std::max(0.0, flow.arriving - flow.done);
  if (known == 0) return std::nullopt;
  return static_cast<std::uint64_t>(std::ceil(short_of / (rates / known)));
}

}  // namespace spillway::actors
