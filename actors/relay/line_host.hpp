// For whom a relay line works: a first system's shards and desks (shard_line_host.hpp), or, at a
// node, the first systems that it has joined (node_line_host.hpp).
//
// Threads: the line's actor, one call after the other.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "actors/messages/authorizing.hpp"
#include "actors/messages/request_key.hpp"
#include "actors/messages/settling.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"

namespace spillway::actors {

class LineHost {
 public:
  virtual ~LineHost() = default;

  // Whether answers to this first system's references are ours to pass on.
  virtual bool serves(SystemId system) const = 0;
  // Whether a request of that system may still be put on the wire.
  virtual bool may_leave(SystemId system, MonotonicTime now) const = 0;
  // A card for each; none where it is gone with its doubt.
  virtual std::vector<std::optional<SealedCard>> cards(std::span<const LineRequest> requests) = 0;

  virtual void line_is_up() = 0;
  virtual void line_is_down() = 0;

  // What became of requests; passed on with the next `tell`.
  virtual void answered(SystemId system, const AnsweredOrder& order) = 0;
  virtual void unanswered(SystemId system, const UnansweredOrder& order) = 0;
  virtual void reversal_replied(SystemId system, const ReversalReply& reply) = 0;
  virtual void repeat_unanswered(SystemId system, const UnansweredOrder& order) = 0;
  virtual void tell() = 0;

  // No answer came to a request of any kind, or it was not sent.
  void nothing_came(SystemId system, net::RelayMessage message, OrderNumber order, Attempt attempt,
                    DoubtReason reason) {
    if (is_reversal(message))
      reversal_replied(system, {order, attempt, 0, {}});
    else if (message == net::RelayMessage::authorization_repeat)
      repeat_unanswered(system, {order, attempt, reason});
    else
      unanswered(system, {order, attempt, reason});
  }
};

}  // namespace spillway::actors
