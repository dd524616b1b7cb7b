#include "actors/relay/relay_wire.hpp"

namespace spillway::actors {

Result<net::RelayOptions> relay_wire(const RelaySettings& relay,
                                     std::function<std::optional<Merchant>(ShopId)> merchant) {
  net::RelayOptions options;
  options.host = relay.address.host;
  options.port = relay.address.port;
  options.acquirer = relay.acquirer;
  options.find_merchant = std::move(merchant);
  options.dialect = relay.wire;
  if (relay.tls) {
    auto context = load_tls_client(relay.tls->files);
    if (!context) return Error{"relay centre " + relay.name + ": " + context.error().message};
    options.tls = net::TlsPeer{std::move(*context), relay.tls->name};
  }
  if (auto good = net::check(options); !good)
    return Error{"relay centre " + relay.name + ": " + good.error().message};
  return options;
}

}  // namespace spillway::actors
