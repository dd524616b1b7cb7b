#include "actors/relay/shard_line_host.hpp"

#include <utility>

#include <caf/send.hpp>

namespace spillway::actors {

std::vector<std::optional<SealedCard>> ShardLineHost::cards(std::span<const LineRequest> requests) {
  std::vector<OrderNumber> orders;
  orders.reserve(requests.size());
  for (const LineRequest& request : requests) orders.push_back(request.order);
  return services_.journal.cards(orders);
}

void ShardLineHost::line_is_up() {
  caf::anon_send(peers_.relays.configured(relay_).queue, LineIsUp{});
}

void ShardLineHost::line_is_down() {
  caf::anon_send(peers_.relays.configured(relay_).queue, LineIsDown{});
}

void ShardLineHost::tell() {
  answered_.drain(peers_, [](const auto& shard, std::vector<AnsweredOrder> orders) {
    caf::anon_send(shard, OrdersAnswered{std::move(orders)});
  });
  unanswered_.drain(peers_, [](const auto& shard, std::vector<UnansweredOrder> orders) {
    caf::anon_send(shard, OrdersUnanswered{std::move(orders)});
  });
  const InDoubtDeskActor& desk = peers_.relays.configured(relay_).desk;
  if (!reversals_.empty()) caf::anon_send(desk, ReversalsAnswered{std::exchange(reversals_, {})});
  if (!repeats_.empty()) caf::anon_send(desk, RepeatsUnanswered{std::exchange(repeats_, {})});
}

}  // namespace spillway::actors
