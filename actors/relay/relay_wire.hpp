// How a line to a relay centre is made, from what the configuration says of it.
#pragma once

#include <functional>
#include <optional>

#include "actors/configuration/configuration.hpp"
#include "net/relay/iso8583_connection.hpp"

namespace spillway::actors {

// `merchant`: who a shop is to the relay centre; asked from the relay lines' loop. The error names
// the relay centre.
Result<net::RelayOptions> relay_wire(const RelaySettings& relay,
                                     std::function<std::optional<Merchant>(ShopId)> merchant);

}  // namespace spillway::actors
