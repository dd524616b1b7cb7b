#include "actors/accounts/control_gateway.hpp"

#include <caf/send.hpp>

#include "engine/base/invariants.hpp"

namespace spillway::actors {

void ControlGateway::handle(net::ControlRequest request) {
  switch (request.route) {
    case net::ControlRouteId::shops:
    case net::ControlRouteId::shop:
    case net::ControlRouteId::shop_keys:
    case net::ControlRouteId::shop_key:
      return caf::anon_send(desks_.shops, HandleControl{std::move(request)});
    case net::ControlRouteId::webhooks:
    case net::ControlRouteId::webhook:
    case net::ControlRouteId::webhook_secret:
    case net::ControlRouteId::webhook_deliveries:
    case net::ControlRouteId::webhook_redeliver:
      return caf::anon_send(desks_.webhooks, HandleControl{std::move(request)});
    case net::ControlRouteId::members:
    case net::ControlRouteId::member:
    case net::ControlRouteId::member_card:
    case net::ControlRouteId::member_password:
    case net::ControlRouteId::member_sessions:
      return desks_.members->handle(std::move(request));
    case net::ControlRouteId::nodes:
    case net::ControlRouteId::node_drain:
    case net::ControlRouteId::node_undrain:
      return caf::anon_send(desks_.nodes, HandleControl{std::move(request)});
    case net::ControlRouteId::relays:
    case net::ControlRouteId::relay_pace:
    case net::ControlRouteId::relay_sharing:
    case net::ControlRouteId::relay_pause:
    case net::ControlRouteId::relay_resume:
      return caf::anon_send(desks_.paces, HandleControl{std::move(request)});
    case net::ControlRouteId::cases:
    case net::ControlRouteId::case_resolve:
      return caf::anon_send(desks_.cases, HandleControl{std::move(request)});
    case net::ControlRouteId::mails:
    case net::ControlRouteId::mail_retry:
    case net::ControlRouteId::mail_drop:
      return caf::anon_send(desks_.mails, HandleControl{std::move(request)});
    case net::ControlRouteId::audit:
      return caf::anon_send(desks_.queries, HandleControl{std::move(request)});
  }
  stop_process("a route has no desk", __FILE__, __LINE__);
}

}  // namespace spillway::actors
