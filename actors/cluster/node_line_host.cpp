#include "actors/cluster/node_line_host.hpp"

#include <utility>

#include <caf/send.hpp>

namespace spillway::actors {

std::vector<std::optional<SealedCard>> NodeLineHost::cards(std::span<const LineRequest> requests) {
  std::vector<std::optional<SealedCard>> cards;
  cards.reserve(requests.size());
  for (const LineRequest& request : requests) cards.push_back(request.card);
  return cards;
}

void NodeLineHost::tell() {
  for (auto& [system, results] : std::exchange(results_, {})) {
    results.relay = relay_;
    caf::anon_send(parts_.systems.link_of(system), std::move(results));
  }
}

}  // namespace spillway::actors
