// The nodes that are joined or were lost as the API shows them to operators, and as the command
// line makes them readable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actors/messages/nodes.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace spillway::actors {

struct NodeEntry {
  NodeSeen seen;
  Timestamp since;        // when it joined, or was lost
  bool draining = false;  // it was asked to; what it says itself is in `seen`
  bool lost = false;
};

// {"node": "node-1", "state": "joined", "epoch": 1763798400000001,
//  "since": "2026-11-22T03:04:05.000000Z", "draining": false, "permits": 3,
//  "lines": [{"relay": "east", "per_second": 500.0, "outstanding": 2, "ours": 2,
//             "answered": 1200, "answer_seconds": 0.012}]}
// "state" is "joined", "draining", "drained": it says itself that it drains, and has nothing
// outstanding and no permit out any more; or "lost". "answer_seconds" null: not known. Lines that
// lead to no relay centre of ours are left out.
std::string node_json(const NodeEntry& node);
std::string nodes_json(const std::vector<NodeEntry>& nodes);  // {"nodes": […]}

// A table for people. An error when `json` is not what nodes_json gives.
Result<std::string> nodes_text(std::string_view json);

// What `spillway drain` goes by.
struct NodeProgress {
  std::string state;
  std::uint64_t outstanding = 0;  // on all lines, with the permits that are out
  double per_second = 0;          // what all its lines get done; 0 while it drains
};
// Of the document that node_json gives.
Result<NodeProgress> node_progress(std::string_view json);
// Of the node of that name in what nodes_json gives; an error when it is not there.
Result<NodeProgress> node_progress(std::string_view json, std::string_view name);

}  // namespace spillway::actors
