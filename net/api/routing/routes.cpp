#include "net/api/routing/routes.hpp"

#include <array>

#include "net/api/members/member_request.hpp"
#include "net/api/operators/case_request.hpp"
#include "net/api/operators/pace_request.hpp"
#include "net/api/operators/pause_request.hpp"
#include "net/api/operators/sharing_request.hpp"
#include "net/api/operators/shop_request.hpp"
#include "net/api/telling/webhook_request.hpp"

namespace spillway::net {

namespace {

using namespace methods;

// Those of the orders come first: they are asked for the most.
constexpr std::array table{
    Route{RouteId::orders, "/v1/orders", get | post, Audience::shop_or_operators,
          Destination::orders},
    Route{RouteId::order, "/v1/orders/{order}", get, Audience::shop_or_operators,
          Destination::orders},
    Route{RouteId::order_cancel, "/v1/orders/{order}/cancel", post, Audience::shop,
          Destination::orders},
    Route{RouteId::order_approval, "/v1/orders/{order}/approval", post, Audience::shop,
          Destination::orders},
    Route{RouteId::events, "/v1/events", stream, Audience::shop, Destination::events},
    Route{RouteId::health, "/healthz", get, Audience::everybody, Destination::service},
    Route{RouteId::readiness, "/readyz", get, Audience::everybody, Destination::service},
    Route{RouteId::metrics, "/metrics", get, Audience::everybody, Destination::service},
    Route{RouteId::openapi, "/v1/openapi.json", get, Audience::everybody, Destination::service},
    Route{RouteId::keys, "/v1/keys", get, Audience::everybody, Destination::service},
    Route{RouteId::server, "*", get | post, Audience::everybody, Destination::service},
    Route{RouteId::status, "/v1/status", get, Audience::operators, Destination::service},
    Route{RouteId::shops, "/v1/shops", get | post, Audience::operators, Destination::shops,
          read_shop_request},
    Route{RouteId::shop, "/v1/shops/{shop}", get | patch | delete_, Audience::operators,
          Destination::shops, read_shop_request},
    Route{RouteId::shop_keys, "/v1/shops/{shop}/keys", get | post, Audience::operators,
          Destination::shops},
    Route{RouteId::shop_key, "/v1/shops/{shop}/keys/{key}", delete_, Audience::operators,
          Destination::shops},
    Route{RouteId::webhooks, "/v1/webhooks", get | post, Audience::shop_or_operators,
          Destination::webhooks, read_webhook_registration},
    Route{RouteId::webhook, "/v1/webhooks/{webhook}", get | delete_, Audience::shop,
          Destination::webhooks},
    Route{RouteId::webhook_secret, "/v1/webhooks/{webhook}/secret", post, Audience::shop,
          Destination::webhooks},
    Route{RouteId::webhook_deliveries, "/v1/webhooks/{webhook}/deliveries", get, Audience::shop,
          Destination::webhooks},
    Route{RouteId::webhook_redeliver, "/v1/webhooks/{webhook}/redeliver", post, Audience::shop,
          Destination::webhooks, read_redelivery},
    Route{RouteId::members, "/v1/members", post, Audience::shop, Destination::members,
          read_member_registration},
    Route{RouteId::member, "/v1/members/{member}", get | patch | delete_, Audience::shop_or_member,
          Destination::members, read_member_change},
    Route{RouteId::member_card, "/v1/members/{member}/card", put | delete_,
          Audience::shop_or_member, Destination::members, read_member_card},
    Route{RouteId::member_password, "/v1/members/{member}/password", put, Audience::shop_or_member,
          Destination::members, read_password_change, true},
    // Opening one takes the password alone; closing one, the session itself or the shop's key.
    Route{RouteId::member_sessions, "/v1/members/{member}/sessions", post | delete_,
          Audience::everybody, Destination::members, read_member_login, true},
    Route{RouteId::nodes, "/v1/nodes", get, Audience::operators, Destination::nodes},
    Route{RouteId::node_drain, "/v1/nodes/{node}/drain", post, Audience::operators,
          Destination::nodes},
    Route{RouteId::node_undrain, "/v1/nodes/{node}/undrain", post, Audience::operators,
          Destination::nodes},
    Route{RouteId::relays, "/v1/relays", get, Audience::operators, Destination::relays},
    Route{RouteId::relay_pace, "/v1/relays/{relay}/pace", put | delete_, Audience::operators,
          Destination::relays, read_pace_request},
    Route{RouteId::relay_sharing, "/v1/relays/{relay}/sharing", put | delete_, Audience::operators,
          Destination::relays, read_sharing_request},
    Route{RouteId::relay_pause, "/v1/relays/{relay}/pause", post, Audience::operators,
          Destination::relays, read_pause_request},
    Route{RouteId::relay_resume, "/v1/relays/{relay}/resume", post, Audience::operators,
          Destination::relays},
    Route{RouteId::mails, "/v1/mails", get, Audience::operators, Destination::mails},
    Route{RouteId::mail_retry, "/v1/mails/{mail}/retry", post, Audience::operators,
          Destination::mails},
    Route{RouteId::mail_drop, "/v1/mails/{mail}/drop", post, Audience::operators,
          Destination::mails},
    Route{RouteId::cases, "/v1/cases", get, Audience::operators, Destination::cases},
    Route{RouteId::case_resolve, "/v1/cases/{case}/resolve", post, Audience::operators,
          Destination::cases, read_case_resolution},
    Route{RouteId::audit, "/v1/audit", get, Audience::operators, Destination::audit},
};

}  // namespace

std::span<const Route> routes() {
  return table;
}

}  // namespace spillway::net
