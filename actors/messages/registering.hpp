// What goes to the registry and what comes back when it is durable.
#pragma once

#include <cstdint>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "storage/registry/registry.hpp"

namespace spillway::actors {
struct Registered;
}
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(spillway::actors::Registered)

namespace spillway::actors {

// These of the client's changes are durable, in the order it sent them.
struct Registered {
  std::vector<std::uint64_t> tokens;
};

// Whoever changes the registry takes this.
using RegistryClient = caf::typed_actor<caf::reacts_to<Registered>>;

// One transaction has all of these or none. A client's changes are made in the order it sent them.
struct RegisterChanges {
  RegistryClient client;
  std::uint64_t token = 0;
  std::vector<storage::RegistryChange> changes;
};

struct CommitChanges {};

}  // namespace spillway::actors
