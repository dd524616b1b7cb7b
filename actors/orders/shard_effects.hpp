// What a shard's decisions let out into the world, held back until their events are durable.
#pragma once

#include <deque>
#include <map>
#include <vector>

#include "actors/messages/messages.hpp"

namespace spillway::actors {

struct RelayEffects {
  std::vector<LineRequest> requests;
  std::vector<Doubt> doubts;
  std::vector<DoubtSettled> settled;
  std::vector<EnqueueLater> later;
  std::vector<Withdraw> withdrawals;
};

struct ShardEffects {
  Way way;  // of the requests
  std::map<RelayId, RelayEffects> relays;
  std::vector<DueNotice> notices;
  std::vector<net::ApiAnswer> answers;
  CasesChanged cases;
  std::vector<CaseSettled> settled_cases;

  // What tells somebody of events that others have made.
  bool only_tells() const { return !answers.empty() || !settled_cases.empty(); }
};

// The events of one turn on their way to the journal, with what waits for them.
struct ShardBatch {
  std::uint64_t token = 0;
  std::vector<OrderNumber> orders;  // whose event the n-th record is
  ShardEffects effects;
};

// What stands before a person of an order that does. A case of lost attempts is about the whole
// order, so that its name stays while attempts come and go.
OpenCase open_case(const OrderState& state);

// What a change of an order's state calls for beyond its record: requests to settle a doubt, a new
// attempt later, a mail, a case. `before` and `after` are the states around one decision.
void add_effects(const OrderState& before, const OrderState& after, Issuer issuer,
                 ShardEffects& effects);

// Whether an order waited for an attempt and does so no more, without one: it was cancelled, or a
// person has resolved it.
bool left_queue(const OrderState& before, const OrderState& after);

// Whether an answer to that attempt, which stood so before, was a word of the issuer's own: it
// settled the attempt, and no other is to be made.
bool issuer_answered(AttemptState before, Attempt answered, const OrderState& after);

// Everything that is to be settled of an order as it is: after a restart nobody holds it any more.
std::vector<Doubt> open_doubts(const OrderState& state);

}  // namespace spillway::actors
