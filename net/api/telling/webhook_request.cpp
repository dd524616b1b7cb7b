#include "net/api/telling/webhook_request.hpp"

#include <array>

#include "engine/telling/limits.hpp"
#include "engine/telling/shop_event.hpp"
#include "net/text/field_reader.hpp"

namespace spillway::net {

namespace {

using Read = Result<std::shared_ptr<ControlBody>, Refusal>;

constexpr Place top{""};
constexpr std::string_view not_as_they_must_be = "Some fields are not as they must be.";

bool is_object(const JsonReader& json) {
  return json.kind() == JsonKind::object || json.kind() == JsonKind::nothing;
}

bool read_events(JsonReader& json, FieldReader& fields, ToldStatuses& statuses) {
  if (json.kind() != JsonKind::array) {
    fields.add_error(top, "events", "must be an array of types of events");
    return json.skip();
  }
  return json.read_array([&](std::size_t index) {
    const Place place{"/events", index};
    std::string_view type;
    if (!fields.read_text(place, {}, 64, type)) return false;
    const auto status = status_of_event_type(type);
    if (status)
      statuses.add(*status);
    else if (!type.empty())
      fields.add_error(place, {}, "is not a type of event");
    return true;
  });
}

Read refuse(FieldReader& fields) {
  return Refusal{422, std::string(not_as_they_must_be), std::move(fields.errors())};
}

}  // namespace

Read read_webhook_registration(JsonReader& json, HttpMethod, std::string_view body) {
  if (!json.open(body)) return not_json(json.fault());
  if (!is_object(json)) return Refusal{400, "The body must be a JSON object.", {}};
  static constexpr std::array<std::string_view, 2> names{"url", "events"};
  FieldReader fields(json);
  auto registration = std::make_shared<WebhookRegistration>();
  std::uint32_t seen = 0;
  const auto on_field = [&](std::size_t index, std::string_view name) {
    if (index == 1) return read_events(json, fields, registration->statuses);
    if (index != 0) return json.skip();
    std::string_view url;
    if (!fields.read_text(top, name, limits::webhook_url_max, url)) return false;
    registration->url = url;
    return true;
  };
  if (!fields.read_fields(top, names, 1U, seen, on_field) || !json.finish())
    return not_json(json.fault());
  if ((seen & 2U) == 0) {
    for (std::size_t i = 1; i < status_count; ++i)
      if (is_told(static_cast<Status>(i))) registration->statuses.add(static_cast<Status>(i));
  } else if (registration->statuses.bits == 0 && fields.errors().empty()) {
    fields.add_error(top, "events", "must name one type of event at least");
  }
  if (!fields.errors().empty()) return refuse(fields);
  return std::shared_ptr<ControlBody>(std::move(registration));
}

Read read_redelivery(JsonReader& json, HttpMethod, std::string_view body) {
  if (!json.open(body)) return not_json(json.fault());
  if (!is_object(json)) return Refusal{400, "The body must be a JSON object.", {}};
  static constexpr std::array<std::string_view, 3> names{"event", "since", "failed"};
  FieldReader fields(json);
  auto redelivery = std::make_shared<RedeliveryRequest>();
  std::uint32_t seen = 0;
  std::optional<bool> failed;
  const auto on_field = [&](std::size_t index, std::string_view name) {
    if (index == 2) return fields.read_boolean(top, name, failed);
    if (index > 2) return json.skip();
    std::string_view id;
    if (!fields.read_text(top, name, 64, id)) return false;
    (index == 0 ? redelivery->event : redelivery->since) = id;
    return true;
  };
  if (!fields.read_fields(top, names, 0U, seen, on_field) || !json.finish())
    return not_json(json.fault());
  redelivery->failed = failed.value_or(false);
  const int asked = (redelivery->event.empty() ? 0 : 1) + (redelivery->since.empty() ? 0 : 1) +
                    (redelivery->failed ? 1 : 0);
  if (asked != 1 && fields.errors().empty())
    fields.add_error(top, {}, "must have one of event, since and failed: true");
  if (!fields.errors().empty()) return refuse(fields);
  return std::shared_ptr<ControlBody>(std::move(redelivery));
}

}  // namespace spillway::net
