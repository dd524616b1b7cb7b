#include "actors/documents/webhook_documents.hpp"

#include "actors/base/json_text.hpp"
#include "net/api/common/order_json.hpp"
#include "net/webhook/webhook_signature.hpp"

namespace spillway::actors {

namespace {

void append_time(std::string& out, std::string_view name, Timestamp at) {
  out.append(",\"").append(name).append("\":\"");
  net::append_timestamp(out, at);
  out.append("\"");
}

}  // namespace

std::string_view webhook_status(const Webhook& webhook, const WebhookQueue& queue) {
  if (webhook.gone) return "gone";
  return queue.failures_in_a_row() > 0 ? "failing" : "active";
}

void append_webhook_of_any_shop(std::string& out, std::string_view id, const Webhook& webhook,
                                const WebhookQueue& queue, std::optional<Timestamp> oldest,
                                Timestamp now) {
  append_webhook(out, id, webhook, queue, now);
  out.pop_back();  // the brace
  const auto append_time_or_null = [&](std::string_view name, std::optional<Timestamp> at) {
    if (at) return append_time(out, name, *at);
    out.append(",\"").append(name).append("\":null");
  };
  out.append(R"(,"shop":)").append(std::to_string(webhook.shop.value));
  append_time_or_null("failing_since", webhook.gone ? std::nullopt : queue.failing_since());
  out.append(R"(,"last_error":)");
  if (queue.last_failure().empty())
    out.append("null");
  else
    net::append_json_text(out, queue.last_failure());
  append_time_or_null("oldest_undelivered_at", oldest);
  out.append("}");
}

void append_webhook(std::string& out, std::string_view id, const Webhook& webhook,
                    const WebhookQueue& queue, Timestamp now, NewSecret secret) {
  out.append(R"({"webhook":")").append(id).append(R"(","url":)");
  net::append_json_text(out, webhook.url);
  out.append(R"(,"events":[)");
  bool first = true;
  for (std::size_t i = 1; i < status_count; ++i) {
    const auto status = static_cast<Status>(i);
    if (!webhook.statuses.contains(status)) continue;
    out.append(first ? "\"" : ",\"").append(event_type(status)).append("\"");
    first = false;
  }
  out.append(R"(],"status":")");
  out.append(webhook_status(webhook, queue));
  out.append(R"(","waiting":)").append(std::to_string(queue.waiting()));
  out.append(R"(,"failed":)").append(std::to_string(queue.given_up()));
  append_time(out, "created_at", webhook.created_at);
  if (webhook.old_secret && now < webhook.old_secret_until)
    append_time(out, "old_secret_until", webhook.old_secret_until);
  if (secret.secret != nullptr)
    out.append(R"(,"secret":")").append(net::to_text(*secret.secret)).append("\"");
  out.append("}");
}

void append_delivery(std::string& out, std::string_view event_id, const ShopEvent& event,
                     const RetriedDelivery& delivery, Timestamp next_try) {
  out.append(R"({"event":")").append(event_id);
  out.append(R"(","type":")").append(event_type(event.status));
  out.append(R"(","status":")").append(delivery.given_up ? "failed" : "waiting");
  out.append(R"(","tries":)").append(std::to_string(delivery.tries));
  out.append(R"(,"answer":)");
  out.append(delivery.answer == 0 ? "null" : std::to_string(delivery.answer));
  out.append(R"(,"reason":)");
  net::append_json_text(out, delivery.reason);
  if (!delivery.given_up) append_time(out, "next_at", next_try);
  out.append("}");
}

Result<std::string> webhooks_text(std::string_view json, std::string_view status) {
  return read_json(json, [&](const Json& answer) {
    const Json& webhooks = answer.at("webhooks");
    if (webhooks.empty())
      return status.empty() ? std::string("there is no webhook\n")
                            : fmt::format("no webhook is {}\n", status);
    constexpr auto form = "{:<24} {:>5} {:<8} {:>8} {:>7} {:<28} {:<28} {}\n";
    std::string text = fmt::format(fmt::runtime(form), "webhook", "shop", "status", "waiting",
                                   "failed", "failing since", "oldest undelivered", "last error");
    for (const Json& each : webhooks)
      text += fmt::format(
          fmt::runtime(form), each.at("webhook").get<std::string>(), each.at("shop").dump(),
          each.at("status").get<std::string>(), each.at("waiting").dump(), each.at("failed").dump(),
          text_or_dash(each.at("failing_since")), text_or_dash(each.at("oldest_undelivered_at")),
          text_or_dash(each.at("last_error")));
    if (const Json& next = answer.at("next"); !next.is_null())
      text += fmt::format("there are more, after {}\n", next.get<std::string>());
    return text;
  });
}

}  // namespace spillway::actors
