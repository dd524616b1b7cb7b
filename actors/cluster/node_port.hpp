// Where nodes knock at a first system: one actor, published on the address that they are told.
//
// Does: spawn a link for each that says hello; give epochs; keep names apart, so that two nodes
// under one name do not both get work; show operators who is joined and who was lost, and pass on
// that one shall drain, or take work again, once that stands in the audit log; measure how fast
// orders come and go, by which the status says whether nodes are missing. Must not: be in the way
// of what links and desks say to one another.
#pragma once

#include <map>

#include "actors/base/actor_base.hpp"
#include "actors/documents/node_json.hpp"
#include "actors/messages/node_interfaces.hpp"
#include "actors/services/services.hpp"

namespace spillway::actors {

class NodePort : public Actor<NodePortActor> {
 public:
  NodePort(caf::actor_config& config, const Services& services, const Peers& peers);

  behavior_type make_behavior() override;
  // Links know the port, and the port knows them: whoever ends lets go.
  void on_exit() override {
    nodes_.clear();
    links_.clear();
  }

 private:
  struct Joined {
    NodeLinkActor link;
    std::uint64_t incarnation = 0;
    NodeEntry entry;
  };

  void knock(const NodeFrame& frame);
  void proved(const NodeProved& message);
  void seen(const NodeSeen& message);
  void gone(const NodeGone& message);
  void forget(std::string name);
  void sample_flow();
  void asked(const net::ControlRequest& request);
  void drain(const net::ControlRequest& request, bool drains);

  const Services& services_;
  const Peers& peers_;
  std::map<std::uint64_t, Joined> nodes_;           // by their links' epochs
  std::map<caf::actor_addr, NodeLinkActor> links_;  // all that have not ended
  std::map<std::string, NodeEntry> lost_;           // and not back, by their names
  bool held_ = false;                               // the system stops: nobody is let in
  std::uint64_t last_epoch_;
};

}  // namespace spillway::actors
