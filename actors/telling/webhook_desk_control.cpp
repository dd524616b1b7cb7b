// What shops ask about their webhooks. Whatever an answer tells is durable before it is given.
#include <algorithm>

#include "actors/documents/webhook_documents.hpp"
#include "actors/services/keyed_answers.hpp"
#include "actors/telling/webhook_desk.hpp"
#include "engine/telling/limits.hpp"
#include "net/api/common/list_query.hpp"
#include "net/api/telling/webhook_request.hpp"
#include "net/webhook/webhook_signature.hpp"
#include "net/webhook/webhook_url.hpp"
#include "storage/registry/webhook_rows.hpp"

namespace spillway::actors {

using net::RouteId;
using storage::RegistryTable;

namespace {

constexpr std::size_t id_random_size = 10;  // 80 bits

// "wh_" and sixteen hexadecimal digits of a secret that is thrown away.
std::string new_webhook_id() {
  static constexpr std::string_view digits = "0123456789abcdef";
  const WebhookSecret random = net::random_webhook_secret();
  std::string id = "wh_";
  for (const char byte : random.bytes().substr(0, id_random_size)) {
    id.push_back(digits[static_cast<unsigned char>(byte) >> 4]);
    id.push_back(digits[static_cast<unsigned char>(byte) & 15]);
  }
  return id;
}

}  // namespace

void WebhookDesk::ask(const net::ControlRequest& request) {
  if (request.route == RouteId::webhooks) {
    return request.method == net::HttpMethod::post ? create(request) : list(request);
  }
  const auto found = find(request);
  if (found == endpoints_.end()) return refuse(request, 404, "This shop has no such webhook.");
  switch (request.route) {
    case RouteId::webhook_secret:
      return renew_secret(request, found->second);
    case RouteId::webhook_deliveries:
      return list_deliveries(request, found->second);
    case RouteId::webhook_redeliver:
      return redeliver(request, found->second);
    default:
      break;
  }
  if (request.method == net::HttpMethod::delete_) return remove(request, found);
  net::answers::DocumentContent content;
  append_webhook(content.json, found->first, found->second.webhook, found->second.queue,
                 services_.now());
  answer_when_durable(net::document(request.ticket, std::move(content)));
}

WebhookDesk::Endpoints::iterator WebhookDesk::find(const net::ControlRequest& request) {
  const auto found = endpoints_.find(request.names.at(0));
  const bool own = found != endpoints_.end() && found->second.webhook.shop == request.shop;
  return own ? found : endpoints_.end();
}

void WebhookDesk::create(const net::ControlRequest& request) {
  const auto& wanted = dynamic_cast<const net::WebhookRegistration&>(*request.content);
  if (const auto fault = net::webhook_url_fault(wanted.url, services_.configuration.webhooks.reach))
    return refuse(request, 422, "Some fields are not as they must be.", {{"/url", *fault}});
  const auto of_shop = std::ranges::count_if(
      endpoints_, [&](const auto& each) { return each.second.webhook.shop == request.shop; });
  if (static_cast<std::size_t>(of_shop) >= limits::webhooks_shop_max)
    return refuse(request, 409, "This shop has as many webhooks as it may.");
  if (!services_.registry.has_room())
    return refuse(request, 503, "There is no room for new webhooks. Try again later.");

  Webhook webhook;
  webhook.shop = request.shop;
  webhook.url = wanted.url;
  webhook.statuses = wanted.statuses;
  webhook.created_at = services_.now();
  webhook.secret = net::random_webhook_secret();
  const std::string id = new_webhook_id();
  const RecordNumber place = services_.views.position();
  changes_.push_back({RegistryTable::webhooks, id, storage::encode_webhook(webhook)});
  changes_.push_back(
      {RegistryTable::deliveries, storage::place_key(id), storage::encode_place(place)});
  const WebhookQueue queue(place, std::hash<std::string>()(id));
  net::answers::DocumentContent content{.status = 201, .json = {}};
  append_webhook(content.json, id, webhook, queue, services_.now(), {&webhook.secret});
  content.headers.emplace_back("Location", "/v1/webhooks/" + id);
  endpoints_.emplace(
      id, Endpoint{.webhook = std::move(webhook), .queue = queue, .written_place = place});
  answer_made(net::document(request.ticket, std::move(content)));
}

void WebhookDesk::remove(const net::ControlRequest& request, Endpoints::iterator found) {
  const std::string id = found->first;
  erase(RegistryTable::webhooks, id);
  erase(RegistryTable::deliveries, storage::place_key(id));
  for (const auto& [record, delivery] : found->second.queue.entries())
    erase(RegistryTable::deliveries, storage::delivery_key(id, record));
  endpoints_.erase(found);  // what is under way finds nobody when it returns
  answer_when_durable(net::document(request.ticket, {.status = 204, .json = {}}));
}

void WebhookDesk::renew_secret(const net::ControlRequest& request, Endpoint& endpoint) {
  Webhook& webhook = endpoint.webhook;
  webhook.old_secret = webhook.secret;
  webhook.old_secret_until = services_.now() + limits::webhook_secret_overlap;
  webhook.secret = net::random_webhook_secret();
  const std::string& id = request.names.at(0);
  changes_.push_back({RegistryTable::webhooks, id, storage::encode_webhook(webhook)});
  net::answers::DocumentContent content;
  append_webhook(content.json, id, webhook, endpoint.queue, services_.now(), {&webhook.secret});
  answer_made(net::document(request.ticket, std::move(content)));
}

void WebhookDesk::list(const net::ControlRequest& request) {
  if (request.shop == ShopId{}) return list_all(request);
  net::answers::DocumentContent content{.json = R"({"webhooks":[)"};
  for (const auto& [id, endpoint] : endpoints_) {
    if (endpoint.webhook.shop != request.shop) continue;
    if (content.json.back() == '}') content.json.push_back(',');
    append_webhook(content.json, id, endpoint.webhook, endpoint.queue, services_.now());
  }
  content.json.append("]}");
  answer_when_durable(net::document(request.ticket, std::move(content)));
}

void WebhookDesk::list_deliveries(const net::ControlRequest& request, const Endpoint& endpoint) {
  const bool failed_only = request.query == "status=failed";
  if (!failed_only && !request.query.empty())
    return refuse(request, 400, "There is no parameter but status=failed.");
  net::answers::DocumentContent content{.json = R"({"deliveries":[)"};
  for (const auto& [record, delivery] : endpoint.queue.entries()) {
    if (failed_only && !delivery.given_up) continue;
    const auto events = services_.views.events(request.shop, {record.value - 1}, 1);
    if (events.empty() || events.front().record != record) continue;
    if (content.json.back() == '}') content.json.push_back(',');
    append_delivery(content.json, services_.event_json.ids().encode(record), events.front(),
                    delivery, endpoint.queue.next_try(delivery, services_.now()));
  }
  content.json.append("]}");
  answer_when_durable(net::document(request.ticket, std::move(content)));
}

void WebhookDesk::redeliver(const net::ControlRequest& request, Endpoint& endpoint) {
  const auto& wanted = dynamic_cast<const net::RedeliveryRequest&>(*request.content);
  if (endpoint.webhook.gone)
    return refuse(request, 409, "The receiver said that it is gone: register it anew.");
  const std::string& id = request.names.at(0);
  const Timestamp now = services_.now();
  if (wanted.failed) {
    std::vector<RecordNumber> failed;
    for (const auto& [record, delivery] : endpoint.queue.entries())
      if (delivery.given_up) failed.push_back(record);
    for (const RecordNumber record : failed)
      write_delivery(id, record, endpoint.queue.again(record, now));
  } else {
    const bool one = !wanted.event.empty();
    const auto record = services_.event_json.ids().decode(one ? wanted.event : wanted.since);
    const auto events = record ? services_.views.events(request.shop, {record->value - 1}, 1)
                               : std::vector<ShopEvent>();
    if (events.empty() || events.front().record != *record)
      return refuse(request, 422, "Some fields are not as they must be.",
                    {{one ? "/event" : "/since", "is not an event of this shop"}});
    if (one)
      write_delivery(id, *record, endpoint.queue.again(*record, now));
    else
      endpoint.queue.go_back({record->value - 1});
  }
  write_places();
  net::answers::DocumentContent content{.status = 202, .json = {}};
  append_webhook(content.json, id, endpoint.webhook, endpoint.queue, now);
  answer_made(net::document(request.ticket, std::move(content)));
  fill();
}

void WebhookDesk::answer_made(net::ApiAnswer answer) {
  keep_answer(services_.api, answer, changes_);
  answer_when_durable(std::move(answer));
}

void WebhookDesk::answer_when_durable(net::ApiAnswer answer) {
  flush();
  if (answers_.empty() && durable_ + 1 == next_token_) {  // nothing is on its way
    std::vector<net::ApiAnswer> answers;
    answers.push_back(std::move(answer));
    return services_.api.answer(std::move(answers));
  }
  answers_.push_back({next_token_ - 1, std::move(answer)});
}

void WebhookDesk::refuse(const net::ControlRequest& request, int status, std::string detail,
                         std::vector<net::FieldError> errors) {
  net::answers::RefusedContent content;
  content.refusal = {status, std::move(detail), std::move(errors)};
  if (status == 503) content.headers.emplace_back("Retry-After", "10");
  std::vector<net::ApiAnswer> answers;
  answers.push_back(net::refused(request.ticket, std::move(content)));
  services_.api.answer(std::move(answers));
}

}  // namespace spillway::actors
