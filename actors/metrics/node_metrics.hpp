// What is known of each node that is joined or was lost, for /metrics and the status, and how fast
// orders come and go.
//
// Threads: everything from any.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/time.hpp"

namespace spillway::actors {

class MetricFamilies;

struct NodeCounts {
  std::string name;
  bool joined = true;             // false: it was lost
  bool draining = false;          // it takes no more work, or has none left
  double per_second = 0;          // 0: it is lost, drains, or its lines are down
  std::uint64_t outstanding = 0;  // of this system, on their way there and back
  std::uint64_t answered = 0;     // since it joined
  double answer_seconds = 0;      // from a request to its answer; 0: not known
  double last_per_second = 0;     // what `per_second` was when it was last above 0
};

// Orders a second, over the last second or two.
struct OrderFlow {
  double arriving = 0;
  double done = 0;
};

class NodeMetrics {
 public:
  void put(NodeCounts node);
  void lost(const std::string& name);  // stays in sight
  void left(const std::string& name);  // after it was drained: nobody misses it
  std::vector<NodeCounts> nodes() const;
  // For /metrics; no family where no node is known.
  void collect(MetricFamilies& families) const;

  // How many came and left in all; a second between two of them makes a flow.
  void sample(MonotonicTime now, std::uint64_t arrived, std::uint64_t left);
  OrderFlow flow() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, NodeCounts> nodes_;
  OrderFlow flow_;
  MonotonicTime sampled_at_{};
  std::uint64_t arrived_ = 0;
  std::uint64_t left_ = 0;
};

// So many more nodes of the mean rate of those that are known, lost ones too, would hold what
// arrives; nothing when no node's rate is known.
std::optional<std::uint64_t> nodes_missing(const std::vector<NodeCounts>& nodes,
                                           const OrderFlow& flow);

}  // namespace spillway::actors
