// The bodies of requests about webhooks.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/base/ids.hpp"
#include "engine/telling/webhook.hpp"
#include "net/api/common/control_api.hpp"

namespace spillway::net {

// POST /v1/webhooks: {"url": "https://…", "events": ["order.authorized"]}; without events, all.
struct WebhookRegistration : ControlBody {
  std::string url;  // whether it may be called is still to be looked at
  ToldStatuses statuses;
};
Result<std::shared_ptr<ControlBody>, Refusal> read_webhook_registration(JsonReader& json,
                                                                        HttpMethod method,
                                                                        std::string_view body);

// POST /v1/webhooks/{webhook}/redeliver: exactly one of {"event": ID}, {"since": ID}: that event
// and all after it, {"failed": true}: all that were given up.
struct RedeliveryRequest : ControlBody {
  std::string event;
  std::string since;
  bool failed = false;
};
Result<std::shared_ptr<ControlBody>, Refusal> read_redelivery(JsonReader& json, HttpMethod method,
                                                              std::string_view body);

}  // namespace spillway::net
