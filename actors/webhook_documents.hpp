// The JSON of the API's answers about webhooks. A secret stands in the answers of its making only.
#pragma once

#include <string>
#include <string_view>

#include "engine/shop_event.hpp"
#include "engine/webhook.hpp"
#include "engine/webhook_queue.hpp"

namespace spillway::actors {

// The part of an answer that tells a new secret.
struct NewSecret {
  const WebhookSecret* secret = nullptr;  // none: it is not told
};

void append_webhook(std::string& out, std::string_view id, const Webhook& webhook,
                    const WebhookQueue& queue, Timestamp now, NewSecret secret = {});
void append_delivery(std::string& out, std::string_view event_id, const ShopEvent& event,
                     const RetriedDelivery& delivery);

}  // namespace spillway::actors
