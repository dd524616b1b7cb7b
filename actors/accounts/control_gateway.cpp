#include "actors/accounts/control_gateway.hpp"

#include <caf/send.hpp>

#include "engine/base/invariants.hpp"

namespace spillway::actors {

void ControlGateway::handle(net::ControlRequest request) {
  switch (request.destination) {
    case net::Destination::shops:
      return caf::anon_send(desks_.shops, HandleControl{std::move(request)});
    case net::Destination::webhooks:
      return caf::anon_send(desks_.webhooks, HandleControl{std::move(request)});
    case net::Destination::members:
      return desks_.members->handle(std::move(request));
    case net::Destination::nodes:
      return caf::anon_send(desks_.nodes, HandleControl{std::move(request)});
    case net::Destination::relays:
      return caf::anon_send(desks_.paces, HandleControl{std::move(request)});
    case net::Destination::cases:
      return caf::anon_send(desks_.cases, HandleControl{std::move(request)});
    case net::Destination::mails:
      return caf::anon_send(desks_.mails, HandleControl{std::move(request)});
    case net::Destination::audit:
      return caf::anon_send(desks_.queries, HandleControl{std::move(request)});
    case net::Destination::service:
    case net::Destination::orders:
    case net::Destination::events:
      break;
  }
  stop_process("a route has no desk", __FILE__, __LINE__);
}

}  // namespace spillway::actors
