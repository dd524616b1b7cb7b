// What a link to a node sends: what is wanted of it, permits that were not used, and requests with
// all that the node needs to know for them.
#include <array>
#include <span>
#include <utility>

#include "actors/cluster/node_link.hpp"
#include "actors/messages/request_key.hpp"
#include "engine/sharing/limits.hpp"

namespace spillway::actors {

NodeLink::Line* NodeLink::line_of(RelayId relay, std::size_t* index) {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (lines_[i].relay != relay) continue;
    *index = i;
    return &lines_[i];
  }
  return nullptr;
}

void NodeLink::want(const WantPermits& message) {
  std::size_t line = 0;
  if (state_ != State::joined || line_of(message.relay, &line) == nullptr) return;
  peer_.say(this, epoch_, node::Want{static_cast<std::uint16_t>(line), message.use, message.count});
}

void NodeLink::lend(const LendRate& message) {
  std::size_t line = 0;
  if (state_ == State::joined && line_of(message.relay, &line) != nullptr)
    peer_.say(
        this, epoch_,
        node::Lend{static_cast<std::uint16_t>(line), node::to_microhertz(message.per_second)});
}

void NodeLink::give_back(const PermitsReturned& message) {
  permits_out_ -= message.count;
  std::size_t line = 0;
  if (state_ == State::joined && line_of(message.relay, &line) != nullptr)
    peer_.say(this, epoch_,
              node::Return{static_cast<std::uint16_t>(line), message.use, message.count});
  end_if_idle();
}

void NodeLink::send_requests(SendRequests& message) {
  permits_out_ -= message.requests.size();
  std::size_t index = 0;
  Line* line = line_of(message.relay, &index);
  SPILLWAY_CHECK(line != nullptr, "a request goes to a node that has no line for it");
  if (state_ != State::joined) {
    for (const LineRequest& request : message.requests)
      unanswered({index, request.message, request.order, request.attempt});
    line->host->tell();
    return end_if_idle();
  }
  const auto cards = line->host->cards(message.requests);
  std::vector<LineRequest> batch;
  std::array<std::size_t, permit_uses> unused{};
  for (std::size_t i = 0; i < cards.size(); ++i) {
    LineRequest& request = message.requests[i];
    const bool takes = can_take(request);
    // Or a repeat whose answer came while it waited: the card is gone with the doubt.
    if (!takes || (!cards[i] && !is_reversal(request.message))) {
      ++unused[static_cast<std::size_t>(use_of(request.message))];
      if (!takes) unanswered({index, request.message, request.order, request.attempt});
      continue;
    }
    request.card = cards[i];
    batch.push_back(request);
    if (batch.size() == limits::node_frame_requests_max)
      send_batch(index, std::exchange(batch, {}));
  }
  if (!batch.empty()) send_batch(index, std::move(batch));
  for (std::size_t use = 0; use < permit_uses; ++use)
    if (unused[use] > 0)
      peer_.say(this, epoch_,
                node::Return{static_cast<std::uint16_t>(index), static_cast<PermitUse>(use),
                             unused[use]});
  line->host->tell();
  let_go_if_idle();
}

// A node knows the shops that it is told of, and this system by one number: what was sent under
// another, before the number was changed, is for this machine's own line.
bool NodeLink::can_take(const LineRequest& request) const {
  const auto parts = parse_reference(request.reference);
  return parts && parts->system == services_.configuration.system.id &&
         (named_.contains(request.shop) || services_.cluster->merchant(request.shop));
}

void NodeLink::send_batch(std::size_t line, std::vector<LineRequest> requests) {
  const SystemId own{services_.configuration.system.id};
  lines_[line].requests += requests.size();
  lend_keys(requests);
  name_shops(requests);
  std::uint64_t last = 0;
  for (const LineRequest& request : requests) {
    last = request_key(own, request.order, request.attempt, is_reversal(request.message));
    const bool fresh = outstanding_
                           .insert_or_assign(last, Outstanding{line, request.message, request.order,
                                                               request.attempt})
                           .second;
    if (fresh) ++lines_[line].outstanding;
  }
  lines_[line].answer_time.sent(last, monotonic());
  peer_.say(this, epoch_, node::Requests{static_cast<std::uint16_t>(line), std::move(requests)});
}

void NodeLink::lend_keys(const std::vector<LineRequest>& requests) {
  if (!services_.cluster->card_key) return;
  node::CardKeys keys;
  for (const LineRequest& request : requests) {
    if (!request.card) continue;
    const storage::Epoch epoch = storage::epoch_of(*request.card);
    if (!lent_.insert(epoch).second) continue;
    const auto key = services_.cluster->card_key(epoch);
    if (!key) continue;  // destroyed: no card of it can be opened, there as here
    keys.keys.push_back(
        {epoch, secret_.seal(node::card_key_label(epoch), std::as_bytes(std::span(key->bytes)))});
  }
  if (!keys.keys.empty()) peer_.say(this, epoch_, keys);
}

void NodeLink::name_shops(const std::vector<LineRequest>& requests) {
  node::Merchants merchants;
  for (const LineRequest& request : requests) {
    if (named_.contains(request.shop)) continue;
    const auto merchant = services_.cluster->merchant(request.shop);
    if (!merchant) continue;
    named_.insert(request.shop);
    merchants.merchants.emplace_back(request.shop, *merchant);
  }
  if (!merchants.merchants.empty()) peer_.say(this, epoch_, merchants);
}

void NodeLink::unanswered(const Outstanding& request) {
  lines_[request.line].host->nothing_came(SystemId{services_.configuration.system.id},
                                          request.message, request.order, request.attempt,
                                          DoubtReason::line_lost);
}

}  // namespace spillway::actors
