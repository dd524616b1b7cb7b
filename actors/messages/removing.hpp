// Closed orders whose time is over: their shards let go of them before they leave the journal.
#pragma once

#include <cstddef>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "engine/base/ids.hpp"

namespace spillway::actors {
struct ClosedReleased;
}  // namespace spillway::actors
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::ClosedReleased)

namespace spillway::actors {

// Those of a request that nothing has happened to since: nobody finds them any more.
struct ClosedReleased {
  std::vector<OrderNumber> orders;
};
using ReleaseClient = caf::typed_actor<caf::reacts_to<ClosedReleased>>;

struct RestingOrder {
  OrderNumber order;
  RecordNumber last_record;  // that is known of it
};

struct ReleaseClosed {
  ReleaseClient client;
  std::vector<RestingOrder> orders;
};

}  // namespace spillway::actors
