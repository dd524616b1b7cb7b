// The JSON of the API's answers about webhooks. A secret stands in the answers of its making only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/telling/shop_event.hpp"
#include "engine/telling/webhook.hpp"
#include "engine/telling/webhook_queue.hpp"

namespace spillway::actors {

// The part of an answer that tells a new secret.
struct NewSecret {
  const WebhookSecret* secret = nullptr;  // none: it is not told
};

void append_webhook(std::string& out, std::string_view id, const Webhook& webhook,
                    const WebhookQueue& queue, Timestamp now, NewSecret secret = {});
// "active", "failing", "gone"
std::string_view webhook_status(const Webhook& webhook, const WebhookQueue& queue);
// As operators see it: with its shop, since when it fails, its last error, and `oldest`, when the
// event happened that waits longest.
void append_webhook_of_any_shop(std::string& out, std::string_view id, const Webhook& webhook,
                                const WebhookQueue& queue, std::optional<Timestamp> oldest,
                                Timestamp now);
// `next_try`: of one that waits.
void append_delivery(std::string& out, std::string_view event_id, const ShopEvent& event,
                     const RetriedDelivery& delivery, Timestamp next_try);

// The text for people of an answer that lists webhooks of any shop. `status`: that of which
// webhooks were asked for; empty: all. An error when `json` is no such answer.
Result<std::string> webhooks_text(std::string_view json, std::string_view status = {});

}  // namespace spillway::actors
