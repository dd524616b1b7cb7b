// Which relay centre each number stood for: records name relay centres by number alone, so a
// configuration that exchanges numbers would have charges reversed where nobody knows of them.
#pragma once

#include "actors/configuration/configuration.hpp"
#include "engine/base/result.hpp"
#include "storage/registry/registry.hpp"

namespace spillway::actors {

// Compares the configuration's names with those that the registry holds, and puts them down for the
// starts to come. The error: a relay centre has got the number of another one that is known. One
// that only has another name now is told in the log.
Result<void> check_relay_names(storage::Registry& registry, const Configuration& configuration);

}  // namespace spillway::actors
