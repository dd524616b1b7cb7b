// A whole node: its actors, its lines to relay centres, and the network to the first systems that
// it joins. It keeps nothing on disk: what it holds is the first systems', who know what they lent.
#pragma once

#include <memory>

#include "actors/configuration/configuration.hpp"
#include "engine/pacing/limits.hpp"

namespace spillway::actors {

class NodeSystem {
 public:
  // The error is a sentence for the person who started it.
  static Result<std::unique_ptr<NodeSystem>> start(const Configuration& configuration);

  ~NodeSystem();

  NodeSystem(const NodeSystem&) = delete;
  NodeSystem& operator=(const NodeSystem&) = delete;

  // Takes nothing new, waits for the answers that are on their way and then until the systems have
  // acknowledged them, each as long as limits::shutdown_answers_max, and ends.
  void stop();

 private:
  class Parts;
  explicit NodeSystem(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace spillway::actors
