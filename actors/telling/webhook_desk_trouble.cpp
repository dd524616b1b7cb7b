// What operators are told of webhooks that fail: in the log, once and then seldom.
#include "actors/base/log.hpp"
#include "actors/telling/webhook_desk.hpp"

namespace spillway::actors {

void WebhookDesk::tell_trouble(const std::string& id, Endpoint& endpoint) {
  if (endpoint.webhook.gone) return;
  const bool fails = endpoint.queue.failures_in_a_row() > 0;
  const auto what = endpoint.log.look(
      fails ? std::optional(endpoint.queue.last_failure()) : std::nullopt, monotonic());
  if (what == TroubleLog::Tell::nothing) return;
  const auto not_logged = failing_.take(monotonic());
  if (!not_logged) return;
  const std::uint32_t shop = endpoint.webhook.shop.value;
  if (what == TroubleLog::Tell::over)
    return log(LogLevel::info, "webhook_delivers",
               {{"webhook", id}, {"shop", shop}, {"after_seconds", endpoint.log.lasted_seconds()}});
  log(LogLevel::warning, "webhook_failing",
      {{"webhook", id},
       {"shop", shop},
       {"reason", endpoint.queue.last_failure()},
       {"for_seconds", endpoint.log.lasted_seconds()},
       {"waiting", endpoint.queue.waiting()},
       {"not_logged", *not_logged}});
}

void WebhookDesk::tell_given_up(const std::string& id, const Endpoint& endpoint,
                                const RetriedDelivery& delivery) {
  const auto not_logged = given_up_.take(monotonic());
  if (!not_logged) return;
  log(LogLevel::warning, "webhook_given_up",
      {{"webhook", id},
       {"shop", endpoint.webhook.shop.value},
       {"reason", delivery.reason},
       {"tries", delivery.tries},
       {"not_logged", *not_logged}});
}

void WebhookDesk::tell_gone(const std::string& id, const Endpoint& endpoint) const {
  log(LogLevel::warning, "webhook_gone",
      {{"webhook", id},
       {"shop", endpoint.webhook.shop.value},
       {"waiting", endpoint.queue.waiting()}});
}

}  // namespace spillway::actors
