#include "actors/telling/webhook_desk.hpp"

#include <algorithm>

#include "actors/base/log.hpp"
#include "engine/telling/limits.hpp"
#include "net/webhook/webhook_signature.hpp"
#include "storage/registry/webhook_rows.hpp"

namespace spillway::actors {

using storage::RegistryTable;

WebhookDesk::WebhookDesk(caf::actor_config& config, const Services& services, const Peers& peers)
    : Actor(config), services_(services), peers_(peers) {
  restore();
}

auto WebhookDesk::make_behavior() -> behavior_type {
  tick_at_ = monotonic();
  send(this, Tick{});  // what was left over
  return {
      [this](const HandleControl& message) { ask(message.request); },
      [this](const WebhookReturned& message) { returned(message); },
      [this](const Projected&) { fill(); },
      [this](const Registered& message) { registered(message); },
      [this](Tick) { tick(); },
  };
}

// ---- Starting ----

void WebhookDesk::restore() {
  services_.registry.for_each(
      RegistryTable::webhooks, {}, [&](std::string_view key, std::string_view value) {
        auto webhook = storage::decode_webhook(value);
        const std::string id(key);
        const auto place =
            services_.registry.read(RegistryTable::deliveries, storage::place_key(id));
        const auto record = place ? storage::decode_place(*place) : std::nullopt;
        if (!webhook || !record) {
          log(LogLevel::error, "webhook_unreadable", {{"webhook", id}});
          return true;
        }
        // It keeps its place, and goes on when its shop is there again.
        if (!services_.has_shop(webhook->shop)) return true;
        const std::uint64_t seed = std::hash<std::string>()(id);
        endpoints_.emplace(id, Endpoint{.webhook = std::move(*webhook),
                                        .queue = WebhookQueue(*record, seed),
                                        .written_place = *record});
        return true;
      });
  for (auto& [id, endpoint] : endpoints_) restore_deliveries(id, endpoint.queue);
}

void WebhookDesk::restore_deliveries(const std::string& id, WebhookQueue& queue) {
  const std::string prefix = storage::delivery_prefix(id);
  services_.registry.for_each(RegistryTable::deliveries, {.prefix = prefix},
                              [&](std::string_view key, std::string_view value) {
                                auto delivery = storage::decode_delivery(value);
                                const auto record = storage::record_of_delivery_key(id, key);
                                if (delivery && record)
                                  queue.restore(*record, std::move(*delivery));
                                else
                                  log(LogLevel::error, "delivery_unreadable", {{"webhook", id}});
                                return true;
                              });
}

// ---- Delivering ----

// Round and round, one delivery an endpoint, so that none is far ahead while the wire is full.
void WebhookDesk::fill() {
  if (endpoints_.empty()) return;
  const Timestamp now = services_.now();
  auto at = endpoints_.upper_bound(served_last_);
  for (std::size_t idle = 0;
       idle < endpoints_.size() && in_flight_.size() < limits::webhook_deliveries_max; ++at) {
    if (at == endpoints_.end()) at = endpoints_.begin();
    const bool served = serve(at->first, at->second, now);
    idle = served ? 0 : idle + 1;
    if (served) served_last_ = at->first;
  }
  flush();
  std::optional<Timestamp> next;
  for (const auto& [id, endpoint] : endpoints_) {
    if (endpoint.webhook.gone) continue;
    const auto due = endpoint.queue.next_at();
    if (due && *due > now && (!next || *due < *next)) next = due;
    if (endpoint.queue.waiting() > 0 || endpoint.queue.place() != endpoint.written_place)
      next = std::min(next.value_or(Timestamp::max()), now + limits::webhook_place_interval);
  }
  if (next) tick_at(*next, now);
}

bool WebhookDesk::serve(const std::string& id, Endpoint& endpoint, Timestamp now) {
  if (endpoint.webhook.gone) return false;
  if (endpoint.queue.wants_events()) read_on(endpoint);
  const auto record = endpoint.queue.take(now);
  return record && deliver(id, endpoint, *record, now);
}

void WebhookDesk::read_on(Endpoint& endpoint) {
  // What the views gain while they are read may or may not be seen: up to here all of it is.
  const RecordNumber reached = services_.views.position();
  if (endpoint.queue.read() >= reached) return;
  const auto events = services_.views.events(endpoint.webhook.shop, endpoint.queue.read(),
                                             limits::shop_events_page);
  std::vector<RecordNumber> wanted;
  for (const ShopEvent& event : events)
    if (endpoint.webhook.statuses.contains(event.status)) wanted.push_back(event.record);
  RecordNumber read_to = reached;
  if (events.size() == limits::shop_events_page)
    read_to = events.back().record;
  else if (!events.empty())
    read_to = std::max(reached, events.back().record);
  endpoint.queue.add(wanted, read_to);
}

bool WebhookDesk::deliver(const std::string& id, Endpoint& endpoint, RecordNumber record,
                          Timestamp now) {
  const auto events = services_.views.events(endpoint.webhook.shop, {record.value - 1}, 1);
  const bool there = !events.empty() && events.front().record == record;
  const auto stored =
      there ? services_.journal.read(RecordNumber{events.front().order.value}) : std::nullopt;
  if (!stored) {  // it is not kept any more
    if (endpoint.queue.delivered(record, now))
      erase(RegistryTable::deliveries, storage::delivery_key(id, record));
    return true;
  }
  const ShopEvent& event = events.front();
  SPILLWAY_CHECK(std::holds_alternative<Received>(stored->event.fact),
                 "an event is about an order that does not exist");
  const std::int64_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  net::WebhookDelivery delivery;
  delivery.url = endpoint.webhook.url;
  services_.event_json.append(delivery.body, event, std::get<Received>(stored->event.fact));
  delivery.id = services_.event_json.ids().encode(record);
  delivery.timestamp = std::to_string(seconds);
  delivery.signature =
      net::webhook_signature(endpoint.webhook.secret.bytes(), delivery.id, seconds, delivery.body);
  if (endpoint.webhook.old_secret && now < endpoint.webhook.old_secret_until)
    delivery.signature += ' ' + net::webhook_signature(endpoint.webhook.old_secret->bytes(),
                                                       delivery.id, seconds, delivery.body);
  const std::uint64_t flight = next_id_++;
  in_flight_.emplace(flight, Flight{id, record});
  services_.webhooks.deliver(flight, std::move(delivery));
  return true;
}

void WebhookDesk::returned(const WebhookReturned& message) {
  const auto flight = in_flight_.find(message.id);
  if (flight == in_flight_.end()) return;
  const auto [id, record] = flight->second;
  in_flight_.erase(flight);
  const auto found = endpoints_.find(id);
  if (found != endpoints_.end()) {
    Endpoint& endpoint = found->second;
    WebhookMetrics& metrics = services_.metrics.webhooks;
    if (message.result.kind == net::WebhookResult::Kind::delivered) {
      metrics.delivered.add();
      if (endpoint.queue.delivered(record, services_.now()))
        erase(RegistryTable::deliveries, storage::delivery_key(id, record));
    } else {
      const auto failure = endpoint.queue.failed(record, services_.now(), message.result.answer,
                                                 message.result.reason, message.result.retry_after);
      (failure.delivery.given_up ? metrics.given_up : metrics.failed).add();
      write_delivery(id, record, failure.delivery);
      if (failure.delivery.given_up) tell_given_up(id, endpoint, failure.delivery);
      if (failure.forgotten)
        erase(RegistryTable::deliveries, storage::delivery_key(id, *failure.forgotten));
    }
    if (message.result.kind == net::WebhookResult::Kind::gone && !endpoint.webhook.gone) {
      metrics.gone.add();
      endpoint.webhook.gone = true;
      tell_gone(id, endpoint);
      changes_.push_back({RegistryTable::webhooks, id, storage::encode_webhook(endpoint.webhook)});
    }
    tell_trouble(id, endpoint);
  }
  fill();
}

// ---- Writing down ----

void WebhookDesk::write_delivery(const std::string& id, RecordNumber record,
                                 const RetriedDelivery& delivery) {
  changes_.push_back({RegistryTable::deliveries, storage::delivery_key(id, record),
                      storage::encode_delivery(delivery)});
}

void WebhookDesk::erase(RegistryTable table, std::string key) {
  changes_.push_back({table, std::move(key), std::nullopt});
}

void WebhookDesk::write_places() {
  for (auto& [id, endpoint] : endpoints_) {
    const RecordNumber place = endpoint.queue.place();
    if (place == endpoint.written_place) continue;
    endpoint.written_place = place;
    changes_.push_back(
        {RegistryTable::deliveries, storage::place_key(id), storage::encode_place(place)});
  }
}

// Places go along whenever something else is written, and by themselves once in a while.
void WebhookDesk::flush() {
  if (changes_.empty()) return;
  write_places();
  send(peers_.registrar, RegisterChanges{this, next_token_++, std::move(changes_)});
  changes_ = {};
}

void WebhookDesk::registered(const Registered& message) {
  std::vector<net::ApiAnswer> answers;
  for (const std::uint64_t token : message.tokens) {
    durable_ = token;
    while (!answers_.empty() && answers_.front().token <= token) {
      answers.push_back(std::move(answers_.front().answer));
      answers_.pop_front();
    }
  }
  if (!answers.empty()) services_.api.answer(std::move(answers));
}

// ---- Time ----

void WebhookDesk::tick() {
  if (!tick_at_ || monotonic() < *tick_at_) return;  // an earlier one took its place
  tick_at_.reset();
  write_places();
  fill();
  show(services_.now());
}

// Civil time may jump: nobody sleeps long.
void WebhookDesk::tick_at(Timestamp at, Timestamp now) {
  const Duration wait = std::clamp(at - now, Duration(1'000), Duration(limits::webhook_pause_max));
  const MonotonicTime when = monotonic() + wait;
  if (tick_at_ && *tick_at_ <= when) return;
  tick_at_ = when;
  send_self_at(when, Tick{});
}

void WebhookDesk::show(Timestamp now) {
  std::size_t waiting = 0;
  std::optional<Timestamp> oldest;
  QueueMetrics& queue = services_.metrics.webhooks.queue;
  for (auto& [id, endpoint] : endpoints_) {
    const std::uint64_t entered = endpoint.queue.entered() - endpoint.entered;
    endpoint.entered += entered;
    entered_ += entered;
    queue.in.add(entered);
    if (endpoint.webhook.gone) continue;
    waiting += endpoint.queue.waiting();
    if (const auto since = oldest_of(endpoint)) oldest = std::min(oldest.value_or(now), *since);
  }
  queue.length.set(static_cast<std::int64_t>(waiting));
  queue.set_oldest(oldest);
  queue.out.add(entered_ - left_ - waiting);
  left_ = entered_ - waiting;
}

}  // namespace spillway::actors
