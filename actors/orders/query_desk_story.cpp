// The whole story of an order: what the journal has of it, and what its shop's webhooks were told.
#include <algorithm>
#include <variant>

#include "actors/orders/query_desk.hpp"
#include "net/api/common/limits.hpp"
#include "storage/registry/webhook_rows.hpp"

namespace spillway::actors {

using storage::RegistryTable;

namespace {

constexpr std::size_t story_step = 2'000;      // records read a message
constexpr std::uint64_t stretch_max = 50'000;  // records read at either end of an order's life

}  // namespace

// Its records stand among those of all others, without an index: they are looked for behind its
// reception and before its last record, where nearly all of them are, and in what the views have
// not reached yet.
void QueryDesk::tell(const TellOrder& message) {
  const std::uint64_t reached = services_.views.position().value;
  const auto row = services_.views.order(message.order);
  const auto stored = services_.journal.read(RecordNumber{message.order.value});
  const auto* received = stored ? std::get_if<Received>(&stored->event.fact) : nullptr;
  if (received == nullptr || (!row && message.order.value <= reached)) {
    const bool removed = services_.journal.book_line(message.order).has_value();
    return answer(message.ticket, net::answers::NotFound{removed});
  }
  if (walks_.size() >= limits::control_requests_waiting_max)
    return answer(message.ticket, net::answers::Full{});
  const std::uint64_t first = message.order.value;
  const std::uint64_t last = row ? row->state.last_record.value : first;
  Walk walk;
  walk.ticket = message.ticket;
  walk.story = std::make_shared<net::OrderStory>();
  walk.story->order = {*received, stored->event.at,
                       row ? row->state : open_order(message.order, *received, stored->event.at)};
  walk.stretches.push_back({first, std::min(last + 1, first + stretch_max)});
  if (last >= first + stretch_max)
    walk.stretches.push_back({std::max(first + stretch_max, last + 1 - stretch_max), last + 1});
  walk.story->all_facts = last < first + 2 * stretch_max;
  const std::uint64_t unread = std::max(last, reached) + 1;
  const std::uint64_t end = services_.journal.last().value + 1;
  if (unread < end) walk.stretches.push_back({unread, std::min(end, unread + stretch_max)});
  walks_.push_back(std::move(walk));
  if (walks_.size() == 1) send(this, Tick{});
}

void QueryDesk::read_on() {
  if (walks_.empty()) return;
  Walk& walk = walks_.front();
  const bool whole = handle_alone(
      "order", [&] { return services_.order_code(walk.story->order.state.number); },
      [&] {
        if (!walk.stretches.empty()) return read_some(walk);
        finish(walk);
      });
  if (!whole)
    answer(walk.ticket, net::refused(walk.ticket, {.refusal = {500,
                                                               "The order cannot be read as it "
                                                               "should be.",
                                                               {}}})
                            .answer);
  if (whole && !walk.is_told) return send(this, Tick{});
  walks_.pop_front();
  if (!walks_.empty()) send(this, Tick{});
}

void QueryDesk::read_some(Walk& walk) {
  Stretch& stretch = walk.stretches.front();
  const auto count = std::min<std::uint64_t>(story_step, stretch.end - stretch.next);
  std::vector<storage::StoredEvent> events;
  services_.journal.read_from({stretch.next}, count, events);
  for (storage::StoredEvent& stored : events) {
    stretch.next = stored.number.value + 1;
    if (stored.number.value >= stretch.end) break;
    if (stored.event.order == walk.story->order.state.number &&
        !std::holds_alternative<OrdersRemoved>(stored.event.fact))
      walk.story->facts.push_back({stored.number, stored.event.at, std::move(stored.event.fact)});
  }
  if (events.empty() || stretch.next >= stretch.end) walk.stretches.pop_front();
}

void QueryDesk::finish(Walk& walk) {
  net::OrderStory& story = *walk.story;
  // What the views have not reached yet has changed the order, too.
  for (const net::OrderStory::Happened& each : story.facts) {
    if (each.record <= story.order.state.last_record) continue;
    if (!may_follow(story.order.state, each.fact)) break;
    apply(story.order.state, {story.order.state.number, each.at, each.fact}, each.record);
  }
  add_webhooks(story);
  walk.is_told = true;
  answer(walk.ticket, net::answers::Story{walk.story});
}

// A delivery that went well leaves no row: behind an endpoint's place, what has none was delivered.
void QueryDesk::add_webhooks(net::OrderStory& story) const {
  const OrderState& state = story.order.state;
  std::vector<ShopEvent> events;
  for (const net::OrderStory::Happened& each : story.facts) {
    auto found = services_.views.events(state.shop, {each.record.value - 1}, 1);
    if (!found.empty() && found.front().record == each.record) events.push_back(found.front());
  }
  services_.registry.for_each(
      RegistryTable::webhooks, {}, [&](std::string_view key, std::string_view value) {
        const auto webhook = storage::decode_webhook(value);
        if (!webhook || webhook->shop != state.shop) return true;
        const std::string id(key);
        const auto place_row =
            services_.registry.read(RegistryTable::deliveries, storage::place_key(id));
        const auto place = place_row ? storage::decode_place(*place_row) : std::nullopt;
        for (const ShopEvent& event : events) {
          if (!webhook->statuses.contains(event.status) || event.at < webhook->created_at) continue;
          net::OrderStory::Told told{id, services_.event_json.ids().encode(event.record),
                                     event.status, "waiting"};
          const auto row = services_.registry.read(RegistryTable::deliveries,
                                                   storage::delivery_key(id, event.record));
          const auto delivery = row ? storage::decode_delivery(*row) : std::nullopt;
          if (delivery) {
            told.state = delivery->given_up ? "given_up" : "failing";
            told.tries = delivery->tries;
            if (!delivery->given_up) told.next_at = delivery->next_at;
            told.reason = delivery->reason;
          } else if (place && event.record <= *place) {
            told.state = "delivered";
          }
          story.told.push_back(std::move(told));
        }
        return true;
      });
}

}  // namespace spillway::actors
