#include "actors/cluster/sharing_desk.hpp"

namespace spillway::actors {

auto SharingDesk::make_behavior() -> behavior_type {
  return {
      [this](const WantPermits& message) {
        wanted_.at(static_cast<std::size_t>(message.use)) = message.count;
        ask(message.use);
      },
      [this](const NodeBears& message) { bears(message); },
  };
}

void SharingDesk::ask(PermitUse use) {
  const auto index = static_cast<std::size_t>(use);
  std::vector<double> rates;
  rates.reserve(nodes_.size());
  for (const auto& [epoch, node] : nodes_) rates.push_back(node.per_second);
  const std::vector<std::size_t> parts = spread(wanted_.at(index), rates);
  auto part = parts.begin();
  for (auto& [epoch, node] : nodes_) {
    const std::size_t count = *part++;
    if (count == 0 && node.asked.at(index) == 0) continue;
    node.asked.at(index) = count;
    send(node.link, WantPermits{relay_, use, count});
  }
}

void SharingDesk::bears(const NodeBears& message) {
  if (message.per_second > 0)
    nodes_[message.epoch] = {message.link, message.per_second, nodes_[message.epoch].asked};
  else
    nodes_.erase(message.epoch);
  double sum = 0;
  for (const auto& [epoch, node] : nodes_) sum += node.per_second;
  send(peers_.queue, NodesBear{sum});
  // Of settlements nobody tells the desk how far they are: they are few, and asked for anew.
  if (wanted_[static_cast<std::size_t>(PermitUse::settlement)] > 0) ask(PermitUse::settlement);
}

}  // namespace spillway::actors
