// The webhooks of all shops, as operators see them: which fail, since when, and why.
#include <array>

#include "actors/documents/webhook_documents.hpp"
#include "actors/telling/webhook_desk.hpp"
#include "net/api/common/query_fields.hpp"

namespace spillway::actors {

namespace {

constexpr std::array<std::string_view, 3> operators_list_parameters{"status", "after", "limit"};

bool is_status(std::string_view text) {
  return text == "active" || text == "failing" || text == "gone";
}

}  // namespace

void WebhookDesk::list_all(const net::ControlRequest& request) {
  const auto fields = net::read_query_fields(request.query, operators_list_parameters);
  if (!fields) return refuse(request, 400, fields.error().message);
  const auto limit = net::read_page_limit(*fields);
  if (!limit) return refuse(request, 400, limit.error().message);
  const auto status = fields->find("status");
  if (status != fields->end() && !is_status(status->second))
    return refuse(request, 400, "\"status\" is not a status of a webhook.");
  const auto after = fields->find("after");
  auto at = after == fields->end() ? endpoints_.begin() : endpoints_.upper_bound(after->second);

  net::answers::DocumentContent content{.json = R"({"webhooks":[)"};
  const Timestamp now = services_.now();
  std::string last;
  std::size_t count = 0;
  bool more = false;
  for (; at != endpoints_.end(); ++at) {
    const auto& [id, endpoint] = *at;
    if (status != fields->end() &&
        webhook_status(endpoint.webhook, endpoint.queue) != status->second)
      continue;
    if (count == *limit) {
      more = true;
      break;
    }
    if (count++ > 0) content.json.push_back(',');
    append_webhook_of_any_shop(content.json, id, endpoint.webhook, endpoint.queue,
                               oldest_of(endpoint), now);
    last = id;
  }
  content.json.append(R"(],"next":)").append(more ? '"' + last + '"' : "null").append("}");
  answer_when_durable(net::document(request.ticket, std::move(content)));
}

std::optional<Timestamp> WebhookDesk::oldest_of(const Endpoint& endpoint) const {
  const auto record = endpoint.queue.oldest();
  if (!record) return std::nullopt;
  const auto events = services_.views.events(endpoint.webhook.shop, {record->value - 1}, 1);
  return events.empty() ? std::nullopt : std::optional(events.front().at);
}

}  // namespace spillway::actors
